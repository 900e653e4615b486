package io.sparksr.evaluation;

/** A number for how near a result is to its truth. */
@FunctionalInterface
public interface Metric {
  /**
   * Measures.
   *
   * @return in the metric's unit; reports hold the mean over the images of a set
   */
  double of(Comparison comparison);
}
