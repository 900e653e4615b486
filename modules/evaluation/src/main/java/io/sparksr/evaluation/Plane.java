package io.sparksr.evaluation;

/**
 * One channel of an image in double precision, (height, width), row by row. The array is shared,
 * not copied: treat it as constant.
 *
 * @param width at least 1
 * @param height at least 1
 * @param values {@code height * width} values
 */
public record Plane(int width, int height, double[] values) {
  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if they do not fit together
   */
  public Plane {
    if (width < 1 || height < 1 || values.length != (long) width * height) {
      throw new IllegalArgumentException(
          "a plane of " + width + "x" + height + " does not have " + values.length + " values");
    }
  }

  /**
   * Refuses to compare planes of different sizes.
   *
   * @throws IllegalArgumentException if they differ
   */
  void requireSameSize(Plane other) {
    if (width != other.width || height != other.height) {
      throw new IllegalArgumentException(
          "cannot compare "
              + width
              + "x"
              + height
              + " with "
              + other.width
              + "x"
              + other.height
              + " pixels");
    }
  }
}
