package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Optional;

/**
 * Records what happens to arrays on the current thread, for back-propagation. DJL's own collector
 * is one per JVM; libtorch records per thread, so replicas that share a JVM need not wait for each
 * other.
 */
public final class Gradients implements AutoCloseable {
  private final boolean before = JniUtils.isGradMode();
  private final SyncTape tape;

  private Gradients(SyncTape tape) {
    this.tape = tape;
    JniUtils.setGradMode(true);
  }

  /** Begins recording on the current thread until closed. */
  public static Gradients record() {
    return new Gradients(null);
  }

  /**
   * The same, but batch norm of the networks that {@link NamedNetwork#forward(NDArray, Gradients)}
   * runs uses the statistics of all replicas, and so do gradients. Every replica must then run the
   * same networks in the same order, on parts of any size.
   *
   * @param replicas called in forward and in backward, once for each batch norm
   */
  public static Gradients recordAcross(ReplicaSums replicas) {
    return new Gradients(new SyncTape(replicas));
  }

  Optional<SyncTape> tape() {
    return Optional.ofNullable(tape);
  }

  /**
   * An array that more than one network or loss reads, to be read in its place by all of them:
   * under batch norm over all replicas back-propagation comes through each network in its turn, and
   * this joins what they bring.
   *
   * @param array made under this record; belongs to the record until {@link #backward}, which may
   *     close it
   * @return the array itself where batch norm is local; closed by {@link #backward} otherwise
   */
  public NDArray branch(NDArray array) {
    return tape == null ? array : tape.branch(array);
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
    if (tape != null) {
      tape.backward();
    }
  }

  @Override
  public void close() {
    JniUtils.setGradMode(before);
    if (tape != null) {
      tape.close();
    }
  }
}
