package io.sparksr.benchmarks;

import io.sparksr.core.Provenance;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Uris;
import io.sparksr.data.Distortions;
import io.sparksr.data.Rejections;
import io.sparksr.data.ShardEntry;
import io.sparksr.data.ShardManifest;
import io.sparksr.data.ShardRow;
import io.sparksr.data.ShardSettings;
import io.sparksr.data.ShardWriter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A data set of noise: crops of 96x96 with LR crops of 24x24. */
final class MadeUpShards {
  private static final int CROP = 96;
  private static final int SCALE = 4;
  private static final int BLOCK_ROWS = 8;
  private static final int SHARD_BYTES = 8 << 20;
  private static final long MOST_PIXELS = 1 << 20;
  private static final String DEGRADATION = "pillow-bicubic";

  private MadeUpShards() {}

  /** Writes so many rows. */
  static void write(FileStore files, String folder, int rows) throws IOException {
    ShardSettings settings =
        new ShardSettings(
            CROP, SCALE, 1, DEGRADATION, SHARD_BYTES, BLOCK_ROWS, "none", 0, MOST_PIXELS, 1);
    ShardEntry entry;
    try (ShardWriter writer = ShardWriter.create(files, folder, 0, settings)) {
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < rows; i++) {
        byte[] hr = new byte[CROP * CROP * 3];
        byte[] lr = new byte[hr.length / (SCALE * SCALE)];
        random.nextBytes(hr);
        random.nextBytes(lr);
        writer.add(new ShardRow("noise-" + i, 0, 0, 0, hr, lr));
      }
      entry = writer.finish();
    }
    ShardManifest manifest =
        new ShardManifest(
            CROP,
            SCALE,
            DEGRADATION,
            Distortions.NONE,
            Distortions.NONE,
            1,
            1,
            "none",
            rows,
            rows,
            List.of(entry),
            Rejections.NONE,
            "made up",
            new Provenance("benchmark", "made up", "2026-01-01T00:00:00Z", Map.of(), ""));
    files.writeBytes(Uris.child(folder, ShardManifest.NAME), JsonCodec.document(manifest));
  }
}
