package io.sparksr.evaluation;

import io.sparksr.core.image.RgbImage;

/**
 * An RGB image as a network puts it out, brought to the range of bytes but neither clipped nor
 * rounded: interleaved, row by row, (height, width, 3), nominally 0 to 255. The array is shared,
 * not copied: treat it as constant.
 */
public final class FloatImage {
  private final int width;
  private final int height;
  private final float[] values;

  /**
   * Wraps values without a copy.
   *
   * @param width at least 1
   * @param height at least 1
   * @param values {@code height * width * 3} values, RGB, row by row
   * @throws IllegalArgumentException if the sizes do not fit together
   */
  public FloatImage(int width, int height, float[] values) {
    if (width < 1 || height < 1 || values.length != (long) width * height * RgbImage.CHANNELS) {
      throw new IllegalArgumentException(
          "an image of " + width + "x" + height + " does not have " + values.length + " values");
    }
    this.width = width;
    this.height = height;
    this.values = values;
  }

  /** The bytes of an image as floats. */
  public static FloatImage of(RgbImage image) {
    byte[] pixels = image.pixels();
    float[] values = new float[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = pixels[i] & 0xFF;
    }
    return new FloatImage(image.width(), image.height(), values);
  }

  /** Width in pixels. */
  public int width() {
    return width;
  }

  /** Height in pixels. */
  public int height() {
    return height;
  }

  /** The values themselves, (height, width, 3), not a copy. */
  public float[] values() {
    return values;
  }

  /** The image in bytes: every value rounded, halves to even, and clipped to 0..255. */
  public RgbImage toRgb() {
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.max(0, Math.min(255, (int) Math.rint(values[i])));
    }
    return new RgbImage(width, height, pixels);
  }

  @Override
  public String toString() {
    return "FloatImage[" + width + "x" + height + "]";
  }
}
