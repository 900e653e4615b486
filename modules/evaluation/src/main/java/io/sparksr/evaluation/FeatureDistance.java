package io.sparksr.evaluation;

import io.sparksr.core.UserException;

/**
 * Mean squared difference between the features of VGG19 of the result, in bytes, and of HR: the
 * content loss of SRGAN (Ledig et al. 2017, equation 5) without a factor. For one thread at a time.
 */
final class FeatureDistance implements Metric {
  static final String NAME = "vgg";
  static final String DESCRIPTION =
      "mean squared difference between features of VGG19 (after the ReLU of conv 5_4), SRGAN's"
          + " content loss; smaller is nearer";

  private final FeatureExtractor extractor;
  private byte[] lastPixels = {};
  private float[] lastFeatures = {};

  FeatureDistance(MetricInputs inputs) {
    extractor =
        inputs
            .features()
            .orElseThrow(
                () ->
                    UserException.configuration(
                        "evaluate.metrics: vgg needs VGG19's weights. Name their file with"
                            + " evaluate.vgg19-weights"));
  }

  @Override
  public double of(Comparison comparison) {
    // Models are compared with one HR image in turn.
    if (comparison.hr().pixels() != lastPixels) {
      lastFeatures = extractor.of(comparison.hr());
      lastPixels = comparison.hr().pixels();
    }
    float[] features = extractor.of(comparison.sr().toRgb());
    double squares = 0;
    for (int i = 0; i < features.length; i++) {
      double difference = features[i] - lastFeatures[i];
      squares += difference * difference;
    }
    return squares / features.length;
  }
}
