package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Weights losses for a sum. */
public final class LossWeights {
  private final TorchOps ops;

  /**
   * What weighs losses.
   *
   * @param manager owns what it needs
   */
  public LossWeights(NDManager manager) {
    ops = new TorchOps(manager);
  }

  /**
   * A loss times its weight, differentiably. {@link NDArray#mul(Number)} is no way to do it: the
   * record for back-propagation keeps the number's array, whose memory DJL lets go of at once.
   *
   * @param loss a scalar; its manager owns the result
   */
  public NDArray weigh(NDArray loss, double weight) {
    try (NDArray constant = ops.constants(weight)) {
      return ops.run("weigh", true, loss, constant);
    }
  }
}
