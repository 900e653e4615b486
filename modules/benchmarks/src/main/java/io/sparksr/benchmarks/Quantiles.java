package io.sparksr.benchmarks;

import java.util.Collection;
import java.util.List;

/** Order statistics of measured values: the nearest of them, never one in between. */
final class Quantiles {
  private Quantiles() {}

  /**
   * The value below which a fraction of the values lies.
   *
   * @param fraction in [0, 1]
   */
  static double quantile(Collection<Double> values, double fraction) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.round(fraction * (sorted.size() - 1)));
  }

  static double median(Collection<Double> values) {
    return quantile(values, 0.5);
  }
}
