package io.sparksr.core.image;

/**
 * What made-up photographs look like.
 *
 * @param width in pixels, 1 to 16384
 * @param height in pixels, 1 to 16384
 * @param objects number of leaves per image, 0 to 1,000,000; some large ones lie below them
 * @param minRadius smallest radius of a leaf in pixels, at least 0.5; a box or polygon has about
 *     the area of the disc
 * @param maxRadius largest radius in pixels, at least {@code minRadius}, at most 16384
 * @param texturedShare share of the leaves that carry a texture, 0 to 1
 * @param noise standard deviation of the noise in levels of 255, 0 to 64
 */
public record DeadLeavesSettings(
    int width,
    int height,
    int objects,
    double minRadius,
    double maxRadius,
    double texturedShare,
    double noise) {

  private static final int LONGEST = 16384;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException with the key first, if a value is out of range
   */
  public DeadLeavesSettings {
    require("width", width, 1, LONGEST);
    require("height", height, 1, LONGEST);
    require("objects", objects, 0, 1_000_000);
    require("min-radius", minRadius, 0.5, LONGEST);
    require("max-radius", maxRadius, minRadius, LONGEST);
    require("textured-share", texturedShare, 0, 1);
    require("noise", noise, 0, 64);
  }

  private static void require(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          key + ": must be from " + least + " to " + most + ", got " + value);
    }
  }

  private static void require(String key, double value, double least, double most) {
    // Written so that NaN fails.
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          key + ": must be from " + least + " to " + most + ", got " + value);
    }
  }
}
