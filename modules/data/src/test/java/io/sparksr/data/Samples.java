package io.sparksr.data;

import io.sparksr.core.Provenance;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Uris;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Made-up rows and shards for tests. */
final class Samples {
  static final int CROP = 8;
  static final int SCALE = 4;

  private Samples() {}

  static ShardSettings settings(int blockRows, String compression) {
    return new ShardSettings(
        CROP, SCALE, 1, "pillow-bicubic", 1 << 20, blockRows, compression, 0.1, 1 << 20, 1);
  }

  /** Row {@code number}; its pixels are noise that depends on the number. */
  static ShardRow row(int number) {
    Random random = new Random(number);
    byte[] hr = new byte[3 * CROP * CROP];
    byte[] lr = new byte[3 * (CROP / SCALE) * (CROP / SCALE)];
    random.nextBytes(hr);
    random.nextBytes(lr);
    return new ShardRow("image-" + number + ".png", number % 3, number, 2 * number, hr, lr);
  }

  static ShardEntry shard(
      FileStore files, String uri, int shard, ShardSettings settings, int from, int to)
      throws IOException {
    try (ShardWriter writer = ShardWriter.create(files, uri, shard, settings)) {
      for (int number = from; number < to; number++) {
        writer.add(row(number));
      }
      return writer.finish();
    }
  }

  static ShardManifest manifest(List<ShardEntry> shards) {
    long rows = shards.stream().mapToLong(ShardEntry::rows).sum();
    return new ShardManifest(
        CROP,
        SCALE,
        "pillow-bicubic",
        Distortions.NONE,
        Distortions.NONE,
        1,
        1,
        "none",
        rows,
        rows,
        shards,
        Rejections.NONE,
        "fingerprint",
        new Provenance("test", "shard", "2026-01-01T00:00:00Z", Map.of(), ""));
  }

  /** A complete shards folder of rows 0 to the sum of the counts - 1, one shard per count. */
  static ShardManifest dataset(FileStore files, String uri, int blockRows, int... rowsPerShard)
      throws IOException {
    List<ShardEntry> shards = new ArrayList<>();
    int from = 0;
    for (int rows : rowsPerShard) {
      shards.add(shard(files, uri, shards.size(), settings(blockRows, "none"), from, from + rows));
      from += rows;
    }
    ShardManifest manifest = manifest(shards);
    files.writeBytes(Uris.child(uri, ShardManifest.NAME), JsonCodec.document(manifest));
    return manifest;
  }
}
