package io.sparksr.evaluation;

/**
 * An 11x11 Gaussian window, sigma 1.5: rows are filtered once and the last eleven kept, whose
 * weighted sum is the window's. The two rows and the two columns of equal weight are added first.
 */
final class GaussianMoments extends WindowMoments {
  static final int TAPS = 11;

  private static final int CENTRE = TAPS / 2;
  private static final double SIGMA = 1.5;

  /** From the centre outwards. */
  private static final double[] WEIGHTS = weights();

  private final double[][] products;
  private final double[][][] ring;

  GaussianMoments(Plane a, Plane b) {
    super(a, b, TAPS);
    products = new double[MOMENTS][a.width()];
    ring = new double[TAPS][MOMENTS][a.width() - TAPS + 1];
  }

  private static double[] weights() {
    double[] weights = new double[CENTRE + 1];
    double total = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.exp(-i * i / (2 * SIGMA * SIGMA));
      total += i == 0 ? weights[i] : 2 * weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= total;
    }
    return weights;
  }

  @Override
  void advance(int row) {
    multiply(row, products);
    for (int m = 0; m < MOMENTS; m++) {
      filterRow(products[m], ring[row % TAPS][m]);
    }
  }

  @Override
  void collect(int row, double[][] means) {
    for (int m = 0; m < MOMENTS; m++) {
      double[] mean = means[m];
      scale(mean, kept(row - CENTRE, m), WEIGHTS[0]);
      for (int i = 1; i <= CENTRE; i++) {
        addScaled(mean, kept(row - CENTRE - i, m), kept(row - CENTRE + i, m), WEIGHTS[i]);
      }
    }
  }

  private double[] kept(int row, int moment) {
    return ring[row % TAPS][moment];
  }

  private static void filterRow(double[] s, double[] filtered) {
    double w0 = WEIGHTS[0];
    double w1 = WEIGHTS[1];
    double w2 = WEIGHTS[2];
    double w3 = WEIGHTS[3];
    double w4 = WEIGHTS[4];
    double w5 = WEIGHTS[5];
    for (int x = 0; x < filtered.length; x++) {
      filtered[x] =
          w0 * s[x + 5]
              + w1 * (s[x + 4] + s[x + 6])
              + w2 * (s[x + 3] + s[x + 7])
              + w3 * (s[x + 2] + s[x + 8])
              + w4 * (s[x + 1] + s[x + 9])
              + w5 * (s[x] + s[x + 10]);
    }
  }

  private static void scale(double[] sum, double[] row, double weight) {
    for (int x = 0; x < sum.length; x++) {
      sum[x] = weight * row[x];
    }
  }

  private static void addScaled(double[] sum, double[] above, double[] below, double weight) {
    for (int x = 0; x < sum.length; x++) {
      sum[x] += weight * (above[x] + below[x]);
    }
  }
}
