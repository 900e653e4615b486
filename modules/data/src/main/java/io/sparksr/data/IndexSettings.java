package io.sparksr.data;

import java.io.Serializable;

/**
 * Section {@code index}: which images are good enough.
 *
 * @param minSize the shortest side an image may have, in pixels, at least 1
 * @param maxPixels the most pixels (width times height) an image may have, at least 1
 * @param maxRejected the share of the inputs that may be rejected before the job fails, 0 to 1
 * @param verify whether every image is decoded, not only its header read
 * @param applyOrientation whether images are turned as their EXIF orientation says
 * @param concurrentReads how many headers a task reads at once, 1 to 256
 */
public record IndexSettings(
    int minSize,
    long maxPixels,
    double maxRejected,
    boolean verify,
    boolean applyOrientation,
    int concurrentReads)
    implements Serializable {
  private static final int MOST_READS = 256;
  private static final int USUAL_READS = 8;

  /** Settings that check headers only, of images as they are stored. */
  public IndexSettings(int minSize, long maxPixels, double maxRejected) {
    this(minSize, maxPixels, maxRejected, false, false);
  }

  /** Settings with as many concurrent reads as by default. */
  public IndexSettings(
      int minSize, long maxPixels, double maxRejected, boolean verify, boolean applyOrientation) {
    this(minSize, maxPixels, maxRejected, verify, applyOrientation, USUAL_READS);
  }

  /** Checks the ranges; messages begin with the key. */
  public IndexSettings {
    if (minSize < 1) {
      throw new IllegalArgumentException("min-size: must be at least 1, got " + minSize);
    }
    if (maxPixels < 1) {
      throw new IllegalArgumentException("max-pixels: must be at least 1, got " + maxPixels);
    }
    ShardSettings.checkShare("max-rejected", maxRejected);
    if (concurrentReads < 1 || concurrentReads > MOST_READS) {
      throw new IllegalArgumentException(
          "concurrent-reads: must be from 1 to " + MOST_READS + ", got " + concurrentReads);
    }
  }
}
