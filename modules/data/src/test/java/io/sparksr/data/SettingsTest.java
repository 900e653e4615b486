package io.sparksr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SettingsTest {
  @Test
  void theDefaultsAreInRange() {
    assertThat(shard(96, 4, "pillow-bicubic", 128L << 20, 64, "none", 0.1).rowBytes())
        .isEqualTo(96 * 96 * 3 + 24 * 24 * 3);
    assertThat(new IndexSettings(100, 200_000_000, 1.0).minSize()).isEqualTo(100);
  }

  @Test
  void everyProblemBeginsWithItsKey() {
    refused(
        () -> shard(97, 4, "pillow-bicubic", 1 << 20, 64, "none", 0.1),
        "crop-size: must be a multiple of scale (4), got 97");
    refused(
        () -> shard(96, 1, "pillow-bicubic", 1 << 20, 64, "none", 0.1),
        "scale: must be between 2 and 16, got 1");
    refused(
        () -> shard(96, 4, "blur", 1 << 20, 64, "none", 0.1),
        "degradation: unknown name 'blur'; known: matlab-bicubic, matlab-bicubic-repeat, pillow-bicubic");
    refused(
        () -> shard(96, 4, "pillow-bicubic", 1000, 64, "none", 0.1),
        "shard-bytes: must be between 65536 and 1073741824, got 1000");
    refused(
        () -> shard(96, 4, "pillow-bicubic", 1 << 20, 0, "none", 0.1),
        "block-rows: must be between 1 and 65536, got 0");
    refused(
        () -> shard(96, 4, "pillow-bicubic", 1 << 20, 64, "gzip", 0.1),
        "compression: must be one of none, zstd, got 'gzip'");
    refused(
        () -> shard(96, 4, "pillow-bicubic", 1 << 20, 64, "none", 1.5),
        "max-rejected: must be between 0 and 1, got 1.5");
    refused(() -> new IndexSettings(0, 1, 1), "min-size: must be at least 1, got 0");
    refused(() -> new IndexSettings(1, 0, 1), "max-pixels: must be at least 1, got 0");
    refused(
        () -> new IndexSettings(1, 1, Double.NaN),
        "max-rejected: must be between 0 and 1, got NaN");
    refused(
        () -> new IndexSettings(1, 1, 1, false, false, 0),
        "concurrent-reads: must be from 1 to 256, got 0");
    refused(
        () -> new IndexSettings(1, 1, 1, false, false, 257),
        "concurrent-reads: must be from 1 to 256, got 257");
  }

  private static void refused(Runnable settings, String message) {
    assertThatThrownBy(settings::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static ShardSettings shard(
      int cropSize,
      int scale,
      String degradation,
      long shardBytes,
      int blockRows,
      String compression,
      double maxRejected) {
    return new ShardSettings(
        cropSize, scale, 1, degradation, shardBytes, blockRows, compression, maxRejected, 1000, 1);
  }
}
