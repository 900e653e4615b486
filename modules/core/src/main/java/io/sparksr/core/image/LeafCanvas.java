package io.sparksr.core.image;

import java.util.SplittableRandom;

/** An RGB image of floats, 0 to 255, that leaves are painted on. */
final class LeafCanvas {
  private static final long UPPER_BITS = 0xFFFF;

  private final int width;
  private final int height;
  private final float[] levels;

  LeafCanvas(int width, int height) {
    this.width = width;
    this.height = height;
    this.levels = new float[Math.multiplyExact(width * height, RgbImage.CHANNELS)];
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /**
   * Mixes a leaf into one pixel.
   *
   * @param cover 0 (not covered) to 1
   * @param light factor for the leaf's colour
   * @param texture levels to add
   */
  void cover(int row, int column, double cover, LeafPaint paint, double light, double texture) {
    int at = (row * width + column) * RgbImage.CHANNELS;
    for (int c = 0; c < RgbImage.CHANNELS; c++) {
      double level = paint.colour()[c] * light + texture;
      levels[at + c] += (float) (cover * (level - levels[at + c]));
    }
  }

  /**
   * Rounds to bytes after adding noise.
   *
   * @param noise standard deviation in levels; 0 for none
   */
  RgbImage develop(SplittableRandom random, double noise) {
    byte[] pixels = new byte[levels.length];
    for (int i = 0; i < pixels.length; i++) {
      double level = noise == 0 ? levels[i] : levels[i] + noise * bell(random.nextLong());
      pixels[i] = (byte) Math.max(0, Math.min(255, Math.floor(level + 0.5)));
    }
    return new RgbImage(width, height, pixels);
  }

  /** The sum of four uniform numbers, shifted and scaled to mean 0 and variance 1: near normal. */
  private static double bell(long bits) {
    long sum =
        (bits & UPPER_BITS)
            + (bits >>> 16 & UPPER_BITS)
            + (bits >>> 32 & UPPER_BITS)
            + (bits >>> 48);
    return (sum / 65536.0 - 2 + 2 / 65536.0) * 1.7320508075688772;
  }
}
