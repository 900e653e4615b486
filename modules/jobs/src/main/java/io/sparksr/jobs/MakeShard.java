package io.sparksr.jobs;

import io.sparksr.core.image.ImageException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Uris;
import io.sparksr.data.CropCutter;
import io.sparksr.data.IndexRow;
import io.sparksr.data.RejectedRow;
import io.sparksr.data.Rejections;
import io.sparksr.data.ShardEntry;
import io.sparksr.data.ShardManifest;
import io.sparksr.data.ShardPlan;
import io.sparksr.data.ShardRow;
import io.sparksr.data.ShardSettings;
import io.sparksr.data.ShardWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Makes one shard from the images that belong to it, or finds that it was made before. Holds the
 * shard's rows in memory until they are sorted.
 *
 * @param files where
 * @param shardsUri the shards' folder
 * @param settings how
 * @param plan the order of the rows
 * @param fingerprint of the job
 * @param counter counts images
 */
record MakeShard(
    RemoteFiles files,
    String shardsUri,
    ShardSettings settings,
    ShardPlan plan,
    String fingerprint,
    LongAccumulator counter)
    implements Function2<Integer, Iterator<Tuple2<Integer, IndexRow>>, Iterator<ShardDone>> {
  private static final Logger LOG = LoggerFactory.getLogger(MakeShard.class);

  @Override
  public Iterator<ShardDone> call(Integer shard, Iterator<Tuple2<Integer, IndexRow>> pairs)
      throws IOException {
    FileStore store = files.store();
    List<IndexRow> images = new ArrayList<>();
    pairs.forEachRemaining(pair -> images.add(pair._2()));
    Optional<ShardDone> before = ShardDone.read(store, shardsUri, shard, fingerprint);
    if (before.isPresent()) {
      counter.add(images.size());
      return List.of(before.get()).iterator();
    }
    images.sort(Comparator.comparing(IndexRow::imageId));
    ShardDone done = make(store, shard, images);
    done.write(store, shardsUri, shard);
    withdrawIfLate(store, done);
    return List.of(done).iterator();
  }

  private void withdrawIfLate(FileStore store, ShardDone done) throws IOException {
    for (ShardEntry entry : done.entries()) {
      boolean hasEnded =
          LateCopy.withdraw(
              store,
              shardsUri,
              ShardManifest.NAME,
              entry.path(),
              () ->
                  ShardManifest.read(store, shardsUri).shards().stream()
                      .map(ShardEntry::path)
                      .toList());
      if (hasEnded) {
        store.delete(Uris.child(shardsUri, ShardDone.FOLDER));
      }
    }
  }

  private ShardDone make(FileStore store, int shard, List<IndexRow> images) throws IOException {
    List<ShardRow> rows = new ArrayList<>();
    List<RejectedRow> rejected = new ArrayList<>();
    try (CropCutter cut = new CropCutter(store, settings)) {
      for (IndexRow image : images) {
        try {
          rows.addAll(cut.rows(image));
        } catch (ImageException e) {
          MemoryShortage.refuse(image.uri(), e, "shard.max-pixels");
          LOG.warn("{} is not used: {}, {}", image.uri(), e.reason().label(), e.getMessage());
          rejected.add(
              new RejectedRow(image.uri(), image.imageId(), e.reason().label(), e.getMessage()));
        }
        counter.add(1);
      }
    }
    rows.sort(plan.order());
    List<ShardEntry> entries = rows.isEmpty() ? List.of() : List.of(write(store, shard, rows));
    return new ShardDone(
        fingerprint, images.size() - rejected.size(), entries, Rejections.of(rejected));
  }

  private ShardEntry write(FileStore store, int shard, List<ShardRow> rows) throws IOException {
    try (ShardWriter writer =
        ShardWriter.create(store, shardsUri, shard, TaskAttempt.current(), settings)) {
      for (ShardRow row : rows) {
        writer.add(row);
      }
      return writer.finish();
    }
  }
}
