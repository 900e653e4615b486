package io.sparksr.evaluation;

import java.util.function.BiFunction;

/**
 * Mean structural similarity (Wang et al. 2004) for values in 0..255, K1 = 0.01, K2 = 0.03, over
 * the windows that lie wholly within the image.
 *
 * <p>Instances are immutable and may be used by several threads.
 */
public final class Ssim {
  private static final double C1 = Math.pow(0.01 * 255, 2);
  private static final double C2 = Math.pow(0.03 * 255, 2);

  private final int taps;
  private final double covarianceFactor;
  private final BiFunction<Plane, Plane, WindowMoments> window;

  private Ssim(int taps, double covarianceFactor, BiFunction<Plane, Plane, WindowMoments> window) {
    this.taps = taps;
    this.covarianceFactor = covarianceFactor;
    this.window = window;
  }

  /**
   * A 7x7 uniform window with the sample covariance (49 values, divided by 48): scikit-image's
   * default.
   */
  public static Ssim uniform() {
    return new Ssim(UniformMoments.TAPS, 49.0 / 48.0, UniformMoments::new);
  }

  /**
   * An 11x11 Gaussian window, sigma 1.5, with the population covariance: the original MATLAB {@code
   * ssim_index}.
   */
  public static Ssim gaussian() {
    return new Ssim(GaussianMoments.TAPS, 1, GaussianMoments::new);
  }

  /** The side of the window, and so the least side of a plane, in pixels. */
  public int windowSize() {
    return taps;
  }

  /**
   * Compares two planes.
   *
   * @return at most 1, which equal planes have
   * @throws IllegalArgumentException if the sizes differ or a side is below {@link #windowSize()}
   */
  public double of(Plane a, Plane b) {
    a.requireSameSize(b);
    int columns = a.width() - taps + 1;
    int rows = a.height() - taps + 1;
    if (columns < 1 || rows < 1) {
      throw new IllegalArgumentException(
          "SSIM needs at least %dx%d pixels, got %dx%d"
              .formatted(taps, taps, a.width(), a.height()));
    }
    WindowMoments moments = window.apply(a, b);
    double[][] means = new double[WindowMoments.MOMENTS][columns];
    double[] similarities = new double[columns];
    double total = 0;
    for (int y = 0; y < rows; y++) {
      moments.next(means);
      similarities(means, similarities);
      total += sum(similarities);
    }
    return total / ((double) rows * columns);
  }

  private void similarities(double[][] means, double[] similarities) {
    double[] ma = means[WindowMoments.MEAN_A];
    double[] mb = means[WindowMoments.MEAN_B];
    double[] squares = means[WindowMoments.MEAN_SQUARES];
    double[] product = means[WindowMoments.MEAN_PRODUCT];
    double factor = covarianceFactor;
    for (int x = 0; x < similarities.length; x++) {
      double mab = ma[x] * mb[x];
      double mm = ma[x] * ma[x] + mb[x] * mb[x];
      similarities[x] =
          ((2 * mab + C1) * (2 * factor * (product[x] - mab) + C2))
              / ((mm + C1) * (factor * (squares[x] - mm) + C2));
    }
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
