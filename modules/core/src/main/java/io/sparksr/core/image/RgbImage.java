package io.sparksr.core.image;

import java.util.Arrays;

/**
 * An 8-bit RGB image: interleaved, row by row, (height, width, 3). The pixel array is shared, not
 * copied: treat it as constant.
 */
public final class RgbImage {
  /** Bytes per pixel. */
  public static final int CHANNELS = 3;

  private final int width;
  private final int height;
  private final byte[] pixels;

  /**
   * Wraps pixels without a copy.
   *
   * @param width at least 1
   * @param height at least 1
   * @param pixels {@code height * width * 3} bytes, RGB, row by row
   * @throws IllegalArgumentException if the sizes do not fit together
   */
  public RgbImage(int width, int height, byte[] pixels) {
    if (width < 1 || height < 1 || pixels.length != (long) width * height * CHANNELS) {
      throw new IllegalArgumentException(
          "an image of " + width + "x" + height + " does not have " + pixels.length + " bytes");
    }
    this.width = width;
    this.height = height;
    this.pixels = pixels;
  }

  /** Width in pixels. */
  public int width() {
    return width;
  }

  /** Height in pixels. */
  public int height() {
    return height;
  }

  /** The pixels themselves, (height, width, 3), not a copy. */
  public byte[] pixels() {
    return pixels;
  }

  /** One value, 0 to 255. */
  public int value(int x, int y, int channel) {
    return pixels[(y * width + x) * CHANNELS + channel] & 0xFF;
  }

  /**
   * A copy of a rectangle.
   *
   * @throws IllegalArgumentException if it does not lie within the image
   */
  public RgbImage crop(int left, int top, int cropWidth, int cropHeight) {
    if (left < 0 || top < 0 || cropWidth > width - left || cropHeight > height - top) {
      throw new IllegalArgumentException(
          "crop "
              + cropWidth
              + "x"
              + cropHeight
              + " at "
              + left
              + ","
              + top
              + " leaves an image of "
              + width
              + "x"
              + height);
    }
    byte[] crop = new byte[cropWidth * cropHeight * CHANNELS];
    int rowBytes = cropWidth * CHANNELS;
    for (int y = 0; y < cropHeight; y++) {
      System.arraycopy(pixels, ((top + y) * width + left) * CHANNELS, crop, y * rowBytes, rowBytes);
    }
    return new RgbImage(cropWidth, cropHeight, crop);
  }

  /**
   * A copy of a region.
   *
   * @throws IllegalArgumentException if it does not lie within the image
   */
  public RgbImage crop(Region region) {
    return crop(region.left(), region.top(), region.width(), region.height());
  }

  /**
   * The largest centred part whose sides divide by {@code multiple}, as the tutorial cuts images
   * for evaluation.
   */
  public RgbImage centreCropToMultipleOf(int multiple) {
    int restX = width % multiple;
    int restY = height % multiple;
    return restX == 0 && restY == 0
        ? this
        : crop(restX / 2, restY / 2, width - restX, height - restY);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RgbImage image
        && width == image.width
        && height == image.height
        && Arrays.equals(pixels, image.pixels);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(pixels);
  }

  @Override
  public String toString() {
    return "RgbImage[" + width + "x" + height + "]";
  }
}
