package io.sparksr.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Sha256;
import io.sparksr.core.io.Uris;
import io.sparksr.data.Attempt;
import io.sparksr.data.ShardEntry;
import io.sparksr.data.ShardManifest;
import io.sparksr.data.ShardReader;
import io.sparksr.data.ShardRow;
import io.sparksr.data.TableFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.util.LongAccumulator;

/**
 * Writes the samples of one shard for other programs. Holds one block in memory.
 *
 * @param files where
 * @param shardsUri the data set's folder
 * @param outputUri the folder to write to
 * @param format how
 * @param counter counts samples
 */
record ExportShard(
    RemoteFiles files,
    String shardsUri,
    String outputUri,
    ShardExportJob.Format format,
    LongAccumulator counter)
    implements Function<Integer, TableFile> {

  /** The JSON document beside a pair. */
  private record Sample(String imageId, int crop, int left, int top, int scale) {}

  private interface Sink {
    void put(int number, ShardRow row, byte[] hr, byte[] lr) throws IOException;
  }

  @Override
  public TableFile call(Integer shard) throws IOException {
    FileStore store = files.store();
    ShardManifest manifest = ShardManifest.read(store, shardsUri);
    return format == ShardExportJob.Format.WEBDATASET
        ? tar(store, manifest, shard)
        : folders(store, manifest, shard);
  }

  private TableFile tar(FileStore store, ShardManifest manifest, int shard) throws IOException {
    Attempt attempt = TaskAttempt.current();
    String retry =
        attempt.equals(Attempt.FIRST) ? "" : "-retry-" + attempt.stage() + "-" + attempt.task();
    String name = String.format(Locale.ROOT, "shard-%05d%s.tar", shard, retry);
    Sha256.Output digest =
        Sha256.output(new BufferedOutputStream(store.create(Uris.child(outputUri, name)), 1 << 16));
    long rows;
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(digest, UTF_8.name())) {
      rows =
          each(
              store,
              manifest,
              shard,
              (number, row, hr, lr) -> {
                String key = String.format(Locale.ROOT, "%05d-%07d", shard, number);
                Sample sample =
                    new Sample(row.imageId(), row.crop(), row.left(), row.top(), manifest.scale());
                put(tar, key + ".hr.png", hr);
                put(tar, key + ".lr.png", lr);
                put(tar, key + ".json", JsonCodec.line(sample).getBytes(UTF_8));
              });
    }
    LateCopy.withdraw(
        store,
        outputUri,
        ShardExportJob.Manifest.NAME,
        name,
        () ->
            ShardExportJob.Manifest.read(store, outputUri).files().stream()
                .map(TableFile::path)
                .toList());
    return new TableFile(name, rows, digest.bytes(), digest.sha256());
  }

  /** The same bytes whenever it is written: no times, no users. */
  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    entry.setModTime(0L);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private TableFile folders(FileStore store, ShardManifest manifest, int shard) throws IOException {
    long rows =
        each(
            store,
            manifest,
            shard,
            (number, row, hr, lr) -> {
              String name = row.imageId() + "-" + row.crop() + ".png";
              store.writeBytes(Uris.child(outputUri, "HR/" + name), hr);
              store.writeBytes(Uris.child(outputUri, "LR/" + name), lr);
            });
    return new TableFile(manifest.shards().get(shard).path(), rows, 0, "");
  }

  private long each(FileStore store, ShardManifest manifest, int shard, Sink sink)
      throws IOException {
    ShardEntry entry = manifest.shards().get(shard);
    entry.verify(store, shardsUri);
    int number = 0;
    try (ShardReader reader = ShardReader.open(store, shardsUri, manifest, shard)) {
      for (int block = 0; block < entry.blocks().size(); block++) {
        for (ShardRow row : reader.readBlock(block).rows()) {
          byte[] hr = png(row.hr(), manifest.cropSize());
          sink.put(number++, row, hr, png(row.lr(), manifest.lrSize()));
          counter.add(1);
        }
      }
    }
    return number;
  }

  private static byte[] png(byte[] pixels, int side) {
    return ImageEncoder.png(new RgbImage(side, side, pixels));
  }
}
