package io.sparksr.nn;

import ai.djl.ndarray.NDArray;

/** A content loss. */
public interface Loss {
  /**
   * The mean over all values of a batch.
   *
   * @param sr generated, float32 (N, C, H, W); its manager owns the result
   * @param hr target, same shape and range
   * @return a scalar, recorded for back-propagation
   */
  NDArray apply(NDArray sr, NDArray hr);
}
