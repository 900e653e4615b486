package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Records what happens to arrays on the current thread, for back-propagation. DJL's own collector
 * is one per JVM; libtorch records per thread, so replicas that share a JVM need not wait for each
 * other.
 */
public final class Gradients implements AutoCloseable {
  private final boolean before = JniUtils.isGradMode();

  private Gradients() {
    JniUtils.setGradMode(true);
  }

  /** Begins recording on the current thread until closed. */
  public static Gradients record() {
    return new Gradients();
  }

  /**
   * Adds the gradient of {@code weight * loss} to every parameter that it depends on, and frees the
   * record.
   *
   * @param loss a scalar made since {@link #record()}
   */
  public void backward(NDArray loss, double weight) {
    try (NDArray seed = loss.getManager().create((float) weight)) {
      JniUtils.backward((PtNDArray) loss, (PtNDArray) seed, false, false);
    }
  }

  @Override
  public void close() {
    JniUtils.setGradMode(before);
  }
}
