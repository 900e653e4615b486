package io.sparksr.evaluation;

/** Peak signal-to-noise ratio for values in 0..255. */
public final class Psnr {
  private static final double PEAK = 255;

  private Psnr() {}

  /**
   * {@code 10 log10(255² / MSE)}.
   *
   * @return dB; positive infinity for equal planes
   * @throws IllegalArgumentException if the sizes differ
   */
  public static double of(Plane a, Plane b) {
    a.requireSameSize(b);
    double squares = 0;
    for (int y = 0; y < a.height(); y++) {
      squares += rowSquares(a.values(), b.values(), y * a.width(), a.width());
    }
    return 10 * Math.log10(PEAK * PEAK / (squares / a.values().length));
  }

  private static double rowSquares(double[] a, double[] b, int offset, int count) {
    double sum = 0;
    for (int i = offset; i < offset + count; i++) {
      double difference = a[i] - b[i];
      sum += difference * difference;
    }
    return sum;
  }
}
