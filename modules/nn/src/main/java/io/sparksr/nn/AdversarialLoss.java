package io.sparksr.nn;

import ai.djl.ndarray.NDArray;

/**
 * What generator and discriminator play for, on logits of the discriminator of one shape, float32.
 * Results belong to the manager of the first argument.
 */
public interface AdversarialLoss {

  /** What the generator's update minimises: a scalar, the mean over all logits of the batch. */
  NDArray generator(NDArray srLogits, NDArray hrLogits);

  /** What the discriminator's update minimises: a scalar. */
  NDArray discriminator(NDArray hrLogits, NDArray srLogits);

  /** Whether the generator's loss depends on the logits of the photographs at all. */
  boolean generatorNeedsHr();

  /**
   * How the discriminator judges: two numbers, D(HR) and D(SR), which are near 1 and 0 where it has
   * won and equal where it can't tell. A probability each, but for least squares, where they are
   * mean logits.
   */
  NDArray scores(NDArray hrLogits, NDArray srLogits);
}
