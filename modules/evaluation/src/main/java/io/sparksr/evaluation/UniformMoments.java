package io.sparksr.evaluation;

/**
 * A 7x7 window of equal weights: sums of columns run down the image, a row added and one taken off,
 * so that a pixel costs the same whatever the window's height.
 */
final class UniformMoments extends WindowMoments {
  static final int TAPS = 7;

  private static final double WEIGHT = 1.0 / (TAPS * TAPS);

  private final double[][][] ring;
  private final double[][] columns;

  UniformMoments(Plane a, Plane b) {
    super(a, b, TAPS);
    ring = new double[TAPS][MOMENTS][a.width()];
    columns = new double[MOMENTS][a.width()];
  }

  @Override
  void advance(int row) {
    double[][] slot = ring[row % TAPS];
    // Rounding errors of at most 1e-10 a row stay in the sums; the variances they enter are
    // compared with C2 = 58.5.
    for (int m = 0; m < MOMENTS; m++) {
      subtract(columns[m], slot[m]);
    }
    multiply(row, slot);
    for (int m = 0; m < MOMENTS; m++) {
      add(columns[m], slot[m]);
    }
  }

  @Override
  void collect(int row, double[][] means) {
    for (int m = 0; m < MOMENTS; m++) {
      average(columns[m], means[m]);
    }
  }

  private static void add(double[] sums, double[] row) {
    for (int x = 0; x < sums.length; x++) {
      sums[x] += row[x];
    }
  }

  private static void subtract(double[] sums, double[] row) {
    for (int x = 0; x < sums.length; x++) {
      sums[x] -= row[x];
    }
  }

  /** Adding afresh vectorises; a running sum would wait for itself at every pixel. */
  private static void average(double[] s, double[] mean) {
    for (int x = 0; x < mean.length; x++) {
      mean[x] = WEIGHT * (s[x] + s[x + 1] + s[x + 2] + s[x + 3] + s[x + 4] + s[x + 5] + s[x + 6]);
    }
  }
}
