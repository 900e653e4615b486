package io.sparksr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SsimTest {
  private static final double C1 = 2.55 * 2.55;
  private static final double C2 = 7.65 * 7.65;

  @Test
  void ssimOfEqualPlanesIsOne() {
    Plane plane = noise(1, 30, 20);
    assertThat(Ssim.uniform().of(plane, plane)).isEqualTo(1, within(1e-12));
    assertThat(Ssim.gaussian().of(plane, plane)).isEqualTo(1, within(1e-12));
  }

  @Test
  void ssimOfConstantPlanesIsTheLuminanceTerm() {
    Plane dark = constant(100);
    Plane bright = constant(150);
    double expected = (2 * 100 * 150 + C1) / (100 * 100 + 150 * 150 + C1);
    assertThat(Ssim.uniform().of(dark, bright)).isEqualTo(expected, within(1e-9));
    assertThat(Ssim.gaussian().of(dark, bright)).isEqualTo(expected, within(1e-9));
  }

  @Test
  void uniformSsimOfOneWindowMatchesHandComputation() {
    // One window: a is 49 at its centre and 0 elsewhere, b is 0 everywhere. Mean of a: 1; sum of
    // squares 49² = 2401, so sample variance (2401 - 49) / 48 = 49. Covariance 0.
    double[] spike = new double[49];
    spike[24] = 49;
    double expected = C1 * C2 / ((1 + C1) * (49 + C2));
    assertThat(Ssim.uniform().of(new Plane(7, 7, spike), new Plane(7, 7, new double[49])))
        .isEqualTo(expected, within(1e-12));
  }

  @Test
  void uniformSsimEqualsTheDefinitionWindowByWindow() {
    Plane a = noise(2, 23, 17);
    Plane b = noise(3, 23, 17);
    double[] weights = new double[49];
    Arrays.fill(weights, 1.0 / 49);
    assertThat(Ssim.uniform().of(a, b))
        .isEqualTo(direct(a, b, 7, weights, 49.0 / 48), within(1e-12));
  }

  @Test
  void roundingDoesNotAddUpDownATallImage() {
    // Faint noise on white: large sums, small variances.
    Plane a =
        new Plane(
            8, 3000, Arrays.stream(noise(7, 8, 3000).values()).map(v -> 254 + v / 255).toArray());
    Plane b =
        new Plane(
            8, 3000, Arrays.stream(noise(8, 8, 3000).values()).map(v -> 254 + v / 255).toArray());
    double[] weights = new double[49];
    Arrays.fill(weights, 1.0 / 49);
    assertThat(Ssim.uniform().of(a, b))
        .isEqualTo(direct(a, b, 7, weights, 49.0 / 48), within(1e-9));
  }

  @Test
  void gaussianSsimEqualsTheDefinitionWindowByWindow() {
    Plane a = noise(4, 19, 26);
    Plane b = noise(5, 19, 26);
    double[] weights = new double[121];
    Arrays.setAll(weights, i -> Math.exp(-(sq(i / 11 - 5) + sq(i % 11 - 5)) / 4.5));
    double total = Arrays.stream(weights).sum();
    double[] normed = Arrays.stream(weights).map(w -> w / total).toArray();
    assertThat(Ssim.gaussian().of(a, b)).isEqualTo(direct(a, b, 11, normed, 1), within(1e-12));
  }

  @Test
  void planesBelowTheWindowAreRefused() {
    Plane small = noise(6, 6, 40);
    assertThatThrownBy(() -> Ssim.uniform().of(small, small))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("SSIM needs at least 7x7 pixels, got 6x40");
  }

  /** Two passes per window, mean before deviations: nothing shared with the fast form. */
  private static double direct(Plane a, Plane b, int side, double[] weights, double factor) {
    double sum = 0;
    int count = 0;
    for (int top = 0; top + side <= a.height(); top++) {
      for (int left = 0; left + side <= a.width(); left++) {
        double ma = 0;
        double mb = 0;
        for (int i = 0; i < weights.length; i++) {
          ma += weights[i] * at(a, left + i % side, top + i / side);
          mb += weights[i] * at(b, left + i % side, top + i / side);
        }
        double va = 0;
        double vb = 0;
        double vab = 0;
        for (int i = 0; i < weights.length; i++) {
          double da = at(a, left + i % side, top + i / side) - ma;
          double db = at(b, left + i % side, top + i / side) - mb;
          va += factor * weights[i] * da * da;
          vb += factor * weights[i] * db * db;
          vab += factor * weights[i] * da * db;
        }
        sum += (2 * ma * mb + C1) * (2 * vab + C2) / ((ma * ma + mb * mb + C1) * (va + vb + C2));
        count++;
      }
    }
    return sum / count;
  }

  private static double at(Plane plane, int x, int y) {
    return plane.values()[y * plane.width() + x];
  }

  private static double sq(int x) {
    return x * x;
  }

  private static Plane constant(double value) {
    double[] values = new double[20 * 20];
    Arrays.fill(values, value);
    return new Plane(20, 20, values);
  }

  private static Plane noise(long seed, int width, int height) {
    SplittableRandom random = new SplittableRandom(seed);
    return new Plane(width, height, random.doubles((long) width * height, 0, 255).toArray());
  }
}
