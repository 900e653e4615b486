package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Images from one range of values to another, differentiably. */
public final class RangeChange {
  private final boolean none;
  private final TorchOps ops;
  private final NDArray scale;
  private final NDArray shift;

  /**
   * A change.
   *
   * @param manager owns its constants; its device is where the images are
   */
  public RangeChange(ValueRange from, ValueRange to, NDManager manager) {
    none = from == to;
    ops = new TorchOps(manager);
    float[] factors = to.scale();
    float[] summands = to.shift();
    for (int c = 0; c < factors.length; c++) {
      double factor = (double) factors[c] / from.scale()[c];
      summands[c] = (float) (summands[c] - from.shift()[c] * factor);
      factors[c] = (float) factor;
    }
    scale = manager.create(factors);
    shift = manager.create(summands);
  }

  /**
   * Changes the range.
   *
   * @param images float32 (N, 3, H, W); their manager owns the result
   * @return the images themselves if there is nothing to change
   */
  public NDArray apply(NDArray images) {
    return none ? images : ops.run("change_range", true, images, scale, shift);
  }
}
