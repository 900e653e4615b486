package io.sparksr.evaluation;

import java.util.Optional;

/**
 * What metrics may need beside the images.
 *
 * @param features of a network trained on photographs
 */
public record MetricInputs(Optional<FeatureExtractor> features) {
  /** Nothing: for metrics that need only the images. */
  public static final MetricInputs NONE = new MetricInputs(Optional.empty());
}
