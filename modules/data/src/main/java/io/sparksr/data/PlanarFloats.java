package io.sparksr.data;

import java.nio.FloatBuffer;

/** From interleaved bytes to the planes of floats that networks take. */
public final class PlanarFloats {
  private static final int CHANNELS = 3;

  private PlanarFloats() {}

  /**
   * Writes images as (N, 3, H, W), each value (0 to 255) as {@code value * scale[c] + shift[c]}.
   *
   * @param hwc (n, h, w, 3), RGB
   * @param scale one factor per channel
   * @param shift one summand per channel
   * @param target written from its position on, {@code n * 3 * h * w} floats; the position moves
   *     behind them
   * @throws IllegalArgumentException if {@code hwc} has another size
   * @throws java.nio.BufferOverflowException if the target has less room
   */
  public static void toPlanarFloats(
      byte[] hwc, int n, int h, int w, float[] scale, float[] shift, FloatBuffer target) {
    int pixels = h * w;
    if (hwc.length != (long) n * pixels * CHANNELS) {
      throw new IllegalArgumentException(
          n + " images of " + w + "x" + h + " do not have " + hwc.length + " bytes");
    }
    float[][] values = new float[CHANNELS][];
    for (int c = 0; c < CHANNELS; c++) {
      values[c] = table(scale[c], shift[c]);
    }
    float[] plane = new float[pixels];
    for (int image = 0; image < n; image++) {
      for (int c = 0; c < CHANNELS; c++) {
        float[] table = values[c];
        int in = image * pixels * CHANNELS + c;
        for (int i = 0; i < pixels; i++) {
          plane[i] = table[hwc[in] & 0xFF];
          in += CHANNELS;
        }
        target.put(plane);
      }
    }
  }

  /**
   * There are only 256 values: a look-up is cheaper than a conversion and gives the same floats.
   */
  private static float[] table(float scale, float shift) {
    float[] table = new float[256];
    for (int value = 0; value < table.length; value++) {
      table[value] = value * scale + shift;
    }
    return table;
  }
}
