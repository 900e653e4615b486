package io.sparksr.evaluation;

import io.sparksr.core.image.RgbImage;

/** Enlargement that repeats pixels: the least a super-resolver must beat. */
public final class NearestEnlarger {
  private NearestEnlarger() {}

  /**
   * Makes each pixel a square of {@code scale} times {@code scale} equal pixels.
   *
   * @param scale at least 1
   */
  public static RgbImage enlarge(RgbImage lr, int scale) {
    int width = lr.width() * scale;
    int height = lr.height() * scale;
    int stride = width * RgbImage.CHANNELS;
    byte[] pixels = new byte[height * stride];
    for (int y = 0; y < lr.height(); y++) {
      int row = y * scale * stride;
      int out = row;
      for (int x = 0; x < width; x++) {
        int in = (y * lr.width() + x / scale) * RgbImage.CHANNELS;
        for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
          pixels[out++] = lr.pixels()[in + channel];
        }
      }
      for (int copy = 1; copy < scale; copy++) {
        System.arraycopy(pixels, row, pixels, row + copy * stride, stride);
      }
    }
    return new RgbImage(width, height, pixels);
  }
}
