package io.sparksr.core.image;

/**
 * What an image's samples are.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 * @param colours 1 (gray) or 3 (RGB) samples per pixel, without alpha
 * @param alpha whether an alpha sample follows the colours, not premultiplied
 * @param bits 8 or 16 per sample, unsigned
 */
public record ImageLayout(int width, int height, int colours, boolean alpha, int bits) {

  /** Checks the numbers. */
  public ImageLayout {
    if (width < 1 || height < 1 || (colours != 1 && colours != 3) || (bits != 8 && bits != 16)) {
      throw new IllegalArgumentException(
          "no layout: " + width + "x" + height + ", " + colours + " colours of " + bits + " bits");
    }
  }

  /** Samples per pixel, alpha included. */
  public int channels() {
    return alpha ? colours + 1 : colours;
  }

  /** Bytes of a row without padding. */
  public int rowBytes() {
    return Math.multiplyExact(width, channels() * (bits / 8));
  }

  /** The largest sample: 255 or 65535. */
  public int most() {
    return (1 << bits) - 1;
  }

  /**
   * The layout of the enlarged image.
   *
   * @throws ArithmeticException if a side does not fit an {@code int}
   */
  public ImageLayout enlarged(int scale) {
    return new ImageLayout(
        Math.multiplyExact(width, scale), Math.multiplyExact(height, scale), colours, alpha, bits);
  }
}
