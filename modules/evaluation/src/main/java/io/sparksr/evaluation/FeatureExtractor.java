package io.sparksr.evaluation;

import io.sparksr.core.image.RgbImage;

/** Turns an image into features between which distances are nearer to what people see. */
@FunctionalInterface
public interface FeatureExtractor {
  /** The features, always as many in the same order for images of one size. */
  float[] of(RgbImage image);
}
