package io.sparksr.evaluation;

import java.util.Arrays;

/**
 * Mean structural similarity (Wang et al. 2004) for values in 0..255, K1 = 0.01, K2 = 0.03, over
 * the windows that lie wholly within the image.
 *
 * <p>Instances are immutable and may be used by several threads.
 */
public final class Ssim {
  private static final double C1 = Math.pow(0.01 * 255, 2);
  private static final double C2 = Math.pow(0.03 * 255, 2);

  private static final int MEAN_A = 0;
  private static final int MEAN_B = 1;
  private static final int MEAN_AA = 2;
  private static final int MEAN_BB = 3;
  private static final int MEAN_AB = 4;
  private static final int MOMENTS = 5;

  private final double[] weights;
  private final double covarianceFactor;

  private Ssim(double[] weights, double covarianceFactor) {
    this.weights = weights;
    this.covarianceFactor = covarianceFactor;
  }

  /**
   * A 7x7 uniform window with the sample covariance (49 values, divided by 48): scikit-image's
   * default.
   */
  public static Ssim uniform() {
    double[] weights = new double[7];
    Arrays.fill(weights, 1.0 / 7);
    return new Ssim(weights, 49.0 / 48.0);
  }

  /**
   * An 11x11 Gaussian window, sigma 1.5, with the population covariance: the original MATLAB {@code
   * ssim_index}.
   */
  public static Ssim gaussian() {
    double[] weights = new double[11];
    double total = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.exp(-(i - 5.0) * (i - 5.0) / (2 * 1.5 * 1.5));
      total += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= total;
    }
    return new Ssim(weights, 1);
  }

  /** The side of the window, and so the least side of a plane, in pixels. */
  public int windowSize() {
    return weights.length;
  }

  /**
   * Compares two planes.
   *
   * @return at most 1, which equal planes have
   * @throws IllegalArgumentException if the sizes differ or a side is below {@link #windowSize()}
   */
  public double of(Plane a, Plane b) {
    a.requireSameSize(b);
    int taps = weights.length;
    int columns = a.width() - taps + 1;
    int rows = a.height() - taps + 1;
    if (columns < 1 || rows < 1) {
      throw new IllegalArgumentException(
          "SSIM needs at least %dx%d pixels, got %dx%d"
              .formatted(taps, taps, a.width(), a.height()));
    }
    // The window is separable: each row is filtered once, and the last `taps` rows are kept.
    double[][][] ring = new double[taps][MOMENTS][columns];
    double[][] products = new double[MOMENTS][a.width()];
    double[][] means = new double[MOMENTS][columns];
    double total = 0;
    for (int y = 0; y < a.height(); y++) {
      multiply(a, b, y, products);
      for (int m = 0; m < MOMENTS; m++) {
        filterRow(products[m], ring[y % taps][m]);
      }
      if (y >= taps - 1) {
        for (int m = 0; m < MOMENTS; m++) {
          filterColumns(ring, m, y + 1, means[m]);
        }
        total += similarity(means);
      }
    }
    return total / ((double) rows * columns);
  }

  private static void multiply(Plane a, Plane b, int y, double[][] products) {
    int offset = y * a.width();
    for (int x = 0; x < a.width(); x++) {
      double va = a.values()[offset + x];
      double vb = b.values()[offset + x];
      products[MEAN_A][x] = va;
      products[MEAN_B][x] = vb;
      products[MEAN_AA][x] = va * va;
      products[MEAN_BB][x] = vb * vb;
      products[MEAN_AB][x] = va * vb;
    }
  }

  private void filterRow(double[] row, double[] filtered) {
    Arrays.fill(filtered, 0);
    for (int k = 0; k < weights.length; k++) {
      double weight = weights[k];
      for (int x = 0; x < filtered.length; x++) {
        filtered[x] += weight * row[x + k];
      }
    }
  }

  /** The row {@code firstRow % taps} of the ring is the oldest. */
  private void filterColumns(double[][][] ring, int moment, int firstRow, double[] filtered) {
    Arrays.fill(filtered, 0);
    for (int k = 0; k < weights.length; k++) {
      double weight = weights[k];
      double[] row = ring[(firstRow + k) % weights.length][moment];
      for (int x = 0; x < filtered.length; x++) {
        filtered[x] += weight * row[x];
      }
    }
  }

  private double similarity(double[][] means) {
    double sum = 0;
    for (int x = 0; x < means[MEAN_A].length; x++) {
      double ma = means[MEAN_A][x];
      double mb = means[MEAN_B][x];
      double va = covarianceFactor * (means[MEAN_AA][x] - ma * ma);
      double vb = covarianceFactor * (means[MEAN_BB][x] - mb * mb);
      double vab = covarianceFactor * (means[MEAN_AB][x] - ma * mb);
      sum += ((2 * ma * mb + C1) * (2 * vab + C2)) / ((ma * ma + mb * mb + C1) * (va + vb + C2));
    }
    return sum;
  }
}
