package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.Sha256;
import io.sparksr.core.io.Uris;
import io.sparksr.data.Distortions;
import io.sparksr.data.IndexManifest;
import io.sparksr.data.IndexRow;
import io.sparksr.data.IndexTables;
import io.sparksr.data.Rejections;
import io.sparksr.data.ShardEntry;
import io.sparksr.data.ShardManifest;
import io.sparksr.data.ShardPlan;
import io.sparksr.data.ShardSettings;
import io.sparksr.jobs.Outcome.Made;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import scala.Tuple2;

/**
 * Cuts the images of an index into shards of HR crops with their LR pairs, one task per shard.
 * Which image goes to which shard follows from its id, so no pixels are moved between executors and
 * the bytes do not depend on Spark's partitions. A job that was killed and is started again makes
 * only the shards that are missing.
 */
public final class ShardJob {
  /** How many rejected images an error message names. */
  private static final int NAMED = 3;

  private final JobContext context;
  private final HadoopFileStore files;

  /** A job on a Spark context. */
  public ShardJob(JobContext context) {
    this.context = context;
    this.files = context.files();
  }

  /**
   * What to cut.
   *
   * @param index the index's folder
   * @param output the shards' folder
   * @param existing what to do where there are shards already
   * @param settings how to cut
   */
  public record Request(String index, String output, Existing existing, ShardSettings settings) {}

  /** What shards depend on: not the share of images that may be rejected, nor who decodes them. */
  private record Identity(
      String indexSha256,
      int cropSize,
      int scale,
      int cropsPerImage,
      String degradation,
      Distortions beforeReduction,
      Distortions afterReduction,
      long shardBytes,
      int blockRows,
      String compression,
      long maxPixels,
      long seed) {

    static Identity of(String indexSha256, ShardSettings s) {
      return new Identity(
          indexSha256,
          s.cropSize(),
          s.scale(),
          s.cropsPerImage(),
          s.degradation(),
          s.beforeReduction(),
          s.afterReduction(),
          s.shardBytes(),
          s.blockRows(),
          s.compression(),
          s.maxPixels(),
          s.seed());
    }
  }

  /**
   * Makes the shards.
   *
   * @throws UserException (input) if the index is missing or broken, more images fail to decode
   *     than allowed, or the output folder holds something else
   */
  public Outcome<ShardManifest> run(Request request) throws IOException {
    IndexManifest index = IndexManifest.read(files, request.index());
    String indexUri = Uris.child(request.index(), IndexManifest.NAME);
    String indexSha256 = Sha256.of(files, indexUri);
    String fingerprint = OutputFolder.fingerprint(Identity.of(indexSha256, request.settings()));
    OutputFolder output =
        new OutputFolder(files, request.output(), ShardManifest.NAME, "shards", List.of("shards"));
    if (output.claim(fingerprint, request.existing())) {
      ShardManifest manifest = ShardManifest.read(files, request.output());
      return new Outcome<>(request.output(), manifest, Made.BEFORE);
    }
    List<ShardDone> done = make(request, index, fingerprint);
    refuse(request, index, done);
    ShardManifest manifest =
        manifest(request.settings(), done, fingerprint, Map.of(indexUri, indexSha256));
    output.complete(manifest);
    output.removeUnnamed(
        "shards", manifest.shards().stream().map(ShardEntry::path).collect(Collectors.toSet()));
    files.delete(Uris.child(request.output(), ShardDone.FOLDER));
    return new Outcome<>(request.output(), manifest, Made.NOW);
  }

  private List<ShardDone> make(Request request, IndexManifest index, String fingerprint) {
    long images = index.counts().accepted();
    ShardPlan plan = ShardPlan.of(images, request.settings());
    try (JobProgress progress =
        JobProgress.start(context.spark(), context.progress(), "shard", "images", images)) {
      MakeShard makeShard =
          new MakeShard(
              context.remoteFiles(),
              request.output(),
              request.settings(),
              plan,
              fingerprint,
              progress.counter());
      return SparkCalls.run(
          () ->
              byShard(request.index(), index, plan)
                  .mapPartitionsWithIndex(makeShard, false)
                  .collect());
    }
  }

  private JavaPairRDD<Integer, IndexRow> byShard(
      String indexUri, IndexManifest index, ShardPlan plan) {
    RemoteFiles remote = context.remoteFiles();
    return context
        .spark()
        .parallelize(index.imageFiles(), index.imageFiles().size())
        .flatMap(table -> IndexTables.readImages(remote.store(), indexUri, table).iterator())
        .mapToPair(row -> new Tuple2<>(plan.shardOf(row.imageId()), row))
        .partitionBy(new HashPartitioner(plan.shardCount()));
  }

  private static void refuse(Request request, IndexManifest index, List<ShardDone> done) {
    Rejections rejected = rejected(done);
    long images = index.counts().accepted();
    double share = (double) rejected.count() / images;
    boolean none = rejected.count() == images;
    if (!none && share <= request.settings().maxRejected()) {
      return;
    }
    throw UserException.input(
        request.index()
            + ": "
            + rejected.count()
            + " of "
            + images
            + " images can't be used"
            + (none
                ? " ("
                : ", more than shard.max-rejected = "
                    + request.settings().maxRejected()
                    + " allows (")
            + RejectedOrder.describe(
                rejected.details().stream().limit(NAMED).toList(), rejected.reasons())
            + ").");
  }

  private static Rejections rejected(List<ShardDone> done) {
    return done.stream().map(ShardDone::rejected).reduce(Rejections.NONE, Rejections::plus);
  }

  private ShardManifest manifest(
      ShardSettings settings,
      List<ShardDone> done,
      String fingerprint,
      Map<String, String> sources) {
    List<ShardEntry> shards =
        done.stream()
            .flatMap(shard -> shard.entries().stream())
            .sorted(Comparator.comparing(ShardEntry::path))
            .toList();
    return new ShardManifest(
        settings.cropSize(),
        settings.scale(),
        settings.degradation(),
        settings.beforeReduction(),
        settings.afterReduction(),
        settings.seed(),
        settings.cropsPerImage(),
        settings.compression(),
        done.stream().mapToLong(ShardDone::images).sum(),
        shards.stream().mapToLong(ShardEntry::rows).sum(),
        shards,
        rejected(done),
        fingerprint,
        context.provenance("shard", sources));
  }
}
