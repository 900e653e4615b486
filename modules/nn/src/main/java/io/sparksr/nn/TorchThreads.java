package io.sparksr.nn;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/**
 * The number of threads libtorch computes with. Results depend on it, so it is pinned and recorded.
 */
public final class TorchThreads {
  private TorchThreads() {}

  /** Sets the number for the calling thread and for threads that start to compute later. */
  public static void use(int threads) {
    Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(threads);
  }
}
