package io.sparksr.core.image;

/** CMYK to RGB as Pillow does it, without colour profiles. */
final class CmykColors {
  private CmykColors() {}

  /**
   * Writes one pixel.
   *
   * @param rgb where to, three bytes from {@code at} on
   * @param cyan 0 (no ink) to 255, as are the other inks
   * @return the offset behind the pixel
   */
  static int putRgb(byte[] rgb, int at, int cyan, int magenta, int yellow, int black) {
    int light = 255 - black;
    rgb[at] = (byte) (light - timesOver255(cyan, light));
    rgb[at + 1] = (byte) (light - timesOver255(magenta, light));
    rgb[at + 2] = (byte) (light - timesOver255(yellow, light));
    return at + RgbImage.CHANNELS;
  }

  /** a * b / 255, rounded, for values of 0 to 255. */
  private static int timesOver255(int a, int b) {
    int product = a * b + 128;
    return ((product >> 8) + product) >> 8;
  }
}
