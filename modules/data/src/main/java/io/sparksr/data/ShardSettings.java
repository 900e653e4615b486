package io.sparksr.data;

import io.sparksr.core.image.NativeJpeg;
import java.io.Serializable;

/**
 * Section {@code shard}: how images become rows of shards.
 *
 * @param cropSize side of the HR crops in pixels; a multiple of {@code scale}, at most 4096
 * @param scale how many times smaller LR is along each side, 2 to 16
 * @param cropsPerImage how many crops are cut from each image, at least 1
 * @param degradation a name of {@link Degradations}
 * @param beforeReduction how the HR crop is spoilt before LR is made of it; HR itself stays
 * @param afterReduction how LR is spoilt
 * @param shardBytes size of a shard file to aim at, 64 KiB to 1 GiB; also about what a task holds
 *     in memory
 * @param blockRows rows of a row group, 1 to 65536
 * @param compression of the Parquet pages, {@code none} or {@code zstd}
 * @param maxRejected the share of the images that may fail to decode before the job fails, 0 to 1
 * @param maxPixels the most pixels an image may have, at least 1
 * @param nativeJpeg whether JPEGs may be decoded by the system's libjpeg-turbo; crops are the same
 * @param seed of the places and the order of the crops
 */
public record ShardSettings(
    int cropSize,
    int scale,
    int cropsPerImage,
    String degradation,
    Distortions beforeReduction,
    Distortions afterReduction,
    long shardBytes,
    int blockRows,
    String compression,
    double maxRejected,
    long maxPixels,
    NativeJpeg nativeJpeg,
    long seed)
    implements Serializable {
  /** Settings without distortions. */
  public ShardSettings(
      int cropSize,
      int scale,
      int cropsPerImage,
      String degradation,
      long shardBytes,
      int blockRows,
      String compression,
      double maxRejected,
      long maxPixels,
      long seed) {
    this(
        cropSize,
        scale,
        cropsPerImage,
        degradation,
        Distortions.NONE,
        Distortions.NONE,
        shardBytes,
        blockRows,
        compression,
        maxRejected,
        maxPixels,
        NativeJpeg.AUTO,
        seed);
  }

  /** Checks the ranges; messages begin with the key. */
  public ShardSettings {
    checkRange("scale", scale, 2, 16);
    checkRange("crop-size", cropSize, scale, 4096);
    if (cropSize % scale != 0) {
      throw new IllegalArgumentException(
          "crop-size: must be a multiple of scale (" + scale + "), got " + cropSize);
    }
    checkRange("crops-per-image", cropsPerImage, 1, Integer.MAX_VALUE);
    if (!Degradations.names().contains(degradation)) {
      throw new IllegalArgumentException(Degradations.unknown(degradation));
    }
    checkRange("shard-bytes", shardBytes, 1L << 16, 1L << 30);
    checkRange("block-rows", blockRows, 1, 1 << 16);
    if (Compression.named(compression).isEmpty()) {
      throw new IllegalArgumentException(
          "compression: must be one of " + Compression.known() + ", got '" + compression + "'");
    }
    checkShare("max-rejected", maxRejected);
    checkRange("max-pixels", maxPixels, 1, Long.MAX_VALUE);
  }

  /** Bytes of the pixels of one row, HR and LR. */
  long rowBytes() {
    long lrSize = cropSize / scale;
    return 3L * cropSize * cropSize + 3L * lrSize * lrSize;
  }

  private static void checkRange(String key, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          max >= Integer.MAX_VALUE
              ? key + ": must be at least " + min + ", got " + value
              : key + ": must be between " + min + " and " + max + ", got " + value);
    }
  }

  static void checkShare(String key, double value) {
    // Written so that NaN fails too.
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(key + ": must be between 0 and 1, got " + value);
    }
  }
}
