package io.sparksr.core.image;

/**
 * A rectangle of pixels within an image.
 *
 * @param left first column, at least 0
 * @param top first row, at least 0
 * @param width at least 1
 * @param height at least 1
 */
public record Region(int left, int top, int width, int height) {
  /** Checks the ranges. */
  public Region {
    if (left < 0 || top < 0 || width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "no region: " + width + "x" + height + " at " + left + "," + top);
    }
  }

  /** The column behind the last one. */
  int right() {
    return left + width;
  }

  /** The row below the last one. */
  int bottom() {
    return top + height;
  }

  /** Whether an image of this size holds it. */
  boolean fits(int imageWidth, int imageHeight) {
    return width <= imageWidth - left && height <= imageHeight - top;
  }
}
