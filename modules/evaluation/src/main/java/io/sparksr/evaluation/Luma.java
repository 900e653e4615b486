package io.sparksr.evaluation;

import io.sparksr.core.image.RgbImage;
import java.util.function.DoubleUnaryOperator;

/** RGB in 0..255 to the one channel that protocols score, without the image's border. */
public final class Luma {
  private static final double RED = 65.481;
  private static final double GREEN = 128.553;
  private static final double BLUE = 24.966;

  private Luma() {}

  /** ITU-R BT.601 luma of studio range: black is 16, white 235. */
  public static double studioRange(double weighted) {
    return weighted / 255 + 16;
  }

  /**
   * The same weights over the full range: black is 0, white 255, and gray pixels keep their value.
   */
  public static double fullRange(double weighted) {
    return weighted / (RED + GREEN + BLUE);
  }

  /**
   * One channel of an image.
   *
   * @param border pixels dropped on each side
   * @param range what becomes of {@code 65.481 R + 128.553 G + 24.966 B}
   */
  public static Plane of(FloatImage image, int border, DoubleUnaryOperator range) {
    int width = image.width() - 2 * border;
    int height = image.height() - 2 * border;
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(image + " has nothing within a border of " + border);
    }
    float[] rgb = image.values();
    double[] luma = new double[width * height];
    int out = 0;
    for (int y = 0; y < height; y++) {
      int in = ((y + border) * image.width() + border) * RgbImage.CHANNELS;
      for (int x = 0; x < width; x++) {
        // Some pixels' Y is a half in exact arithmetic. This order and fused rounding send them the
        // way numpy's matrix product does; a plain sum moves an image's SSIM by up to 4e-6.
        double weighted = Math.fma(RED, rgb[in], GREEN * rgb[in + 1]);
        luma[out++] = range.applyAsDouble(Math.fma(BLUE, rgb[in + 2], weighted));
        in += RgbImage.CHANNELS;
      }
    }
    return new Plane(width, height, luma);
  }
}
