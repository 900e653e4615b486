package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.DoubleBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Batch norm with the statistics of all replicas' samples. Their gradient needs sums over the
 * replicas in the middle of back-propagation, so the record is cut at every batch norm, and
 * wherever an activation is used on both sides of a cut; back-propagation goes from cut to cut, the
 * last one first.
 */
final class SyncTape implements AutoCloseable {
  /** The part of the record that ends in a cut. */
  private interface Cut {
    void backward();
  }

  private final ReplicaSums replicas;
  private final Deque<Cut> cuts = new ArrayDeque<>();

  SyncTape(ReplicaSums replicas) {
    this.replicas = replicas;
  }

  /**
   * An activation that more than one operation reads, to be read in its place.
   *
   * @param x stays open until back-propagation has passed it, as does the result
   */
  NDArray branch(NDArray x) {
    NDArray leaf = leaf(x);
    cuts.push(
        () -> {
          try (NDArray gradient = leaf.getGradient()) {
            backward(x, gradient);
          }
          leaf.close();
          x.close();
        });
    return leaf;
  }

  /**
   * A convolution and batch norm over all replicas. The convolution's bias, which batch norm takes
   * out again, has a gradient of exactly zero: what float rounding would leave of it, Adam would
   * make steps of.
   *
   * @param operations the convolution, and one that takes its result, the sums over the replicas,
   *     gamma, beta, running mean and variance, and the rest of the inputs
   * @param inputs activation, weight, bias, gamma, beta, running mean and variance, and the rest
   */
  NDArray convolutionAndBatchNorm(TorchOps ops, List<String> operations, NDArray... inputs) {
    NDArray x = convolution(ops, operations, inputs);
    NDArray sums = overReplicas(x, localSums(ops, x));
    BatchNorm cut = new BatchNorm(ops, x, sums, Arrays.copyOfRange(inputs, 2, 5));
    cuts.push(cut);
    NDArray[] normInputs = normInputs(cut.leaf, sums, inputs);
    normInputs[2] = cut.gammaLeaf;
    normInputs[3] = cut.betaLeaf;
    return ops.run(operations.get(1), true, normInputs);
  }

  /**
   * The same where neither the activation nor the network has gradients: replicas exchange the
   * statistics only, and back-propagation does not come here.
   */
  NDArray unrecorded(TorchOps ops, List<String> operations, NDArray... inputs) {
    NDArray x = convolution(ops, operations, inputs);
    NDArray sums = overReplicas(x, localSums(ops, x));
    return ops.run(operations.get(1), true, normInputs(x, sums, inputs));
  }

  private static NDArray convolution(TorchOps ops, List<String> operations, NDArray... inputs) {
    try (NDArray bias = inputs[2].stopGradient()) {
      return ops.run(operations.get(0), true, inputs[0], inputs[1], bias);
    }
  }

  /** Behind the activation and the sums come gamma and beta. */
  private static NDArray[] normInputs(NDArray x, NDArray sums, NDArray... inputs) {
    NDArray[] normInputs = Arrays.copyOfRange(inputs, 1, inputs.length);
    normInputs[0] = x;
    normInputs[1] = sums;
    return normInputs;
  }

  /** From the last cut to the first; the part behind the last one is done. */
  void backward() {
    while (!cuts.isEmpty()) {
      cuts.pop().backward();
    }
  }

  /** Forgets what is recorded. */
  @Override
  public void close() {
    cuts.clear();
  }

  private static double[] localSums(TorchOps ops, NDArray x) {
    try (NDArray sums = ops.run("sync_sums", false, x)) {
      return sums.toDoubleArray();
    }
  }

  private NDArray overReplicas(NDArray near, double[] values) {
    replicas.sum(DoubleBuffer.wrap(values));
    return near.getManager().create(values);
  }

  private static NDArray leaf(NDArray x) {
    NDArray leaf = x.stopGradient();
    leaf.attach(x.getManager());
    leaf.setRequiresGradient(true);
    return leaf;
  }

  private static void backward(NDArray x, NDArray gradient) {
    JniUtils.backward((PtNDArray) x, (PtNDArray) gradient, false, false);
  }

  /**
   * What comes back to the leaf is the gradient with the statistics held constant; with G_gamma and
   * G_beta, the gradients of gamma and beta over all n values of a channel on all replicas, the
   * whole is {@code direct - gamma / sigma * (G_beta + xhat * G_gamma) / n}.
   */
  private final class BatchNorm implements Cut {
    private final TorchOps ops;
    private final NDArray x;
    private final NDArray leaf;
    private final NDArray sums;
    private final NDArray bias;
    private final NDArray gamma;
    private final NDArray beta;
    private final NDArray gammaLeaf;
    private final NDArray betaLeaf;
    private final boolean trained;

    /** For bias, gamma and beta. */
    BatchNorm(TorchOps ops, NDArray x, NDArray sums, NDArray[] parameters) {
      this.ops = ops;
      this.x = x;
      this.leaf = leaf(x);
      this.sums = sums;
      this.bias = parameters[0];
      this.gamma = parameters[1];
      this.beta = parameters[2];
      // Leaves of this use alone: gamma's own gradient may hold that of other uses already.
      this.gammaLeaf = ownLeaf(gamma);
      this.betaLeaf = ownLeaf(beta);
      this.trained = gamma.hasGradient();
    }

    private NDArray ownLeaf(NDArray parameter) {
      NDArray own = leaf(parameter);
      own.attach(x.getManager());
      return own;
    }

    @Override
    public void backward() {
      try (NDArray direct = leaf.getGradient();
          NDArray ofGamma = gammaLeaf.getGradient();
          NDArray ofBeta = betaLeaf.getGradient();
          NDArray all = overReplicas(x, doubles(ofGamma, ofBeta));
          NDArray whole = ops.run("sync_gradient", false, x, direct, all, sums, gamma)) {
        SyncTape.backward(x, whole);
        if (trained) {
          addToParameters(ofGamma, ofBeta);
        }
      }
      for (NDArray done : new NDArray[] {x, leaf, sums, gammaLeaf, betaLeaf}) {
        done.close();
      }
    }

    private static double[] doubles(NDArray ofGamma, NDArray ofBeta) {
      float[] first = ofGamma.toFloatArray();
      float[] second = ofBeta.toFloatArray();
      double[] both = new double[first.length + second.length];
      for (int i = 0; i < first.length; i++) {
        both[i] = first[i];
        both[first.length + i] = second[i];
      }
      return both;
    }

    private void addToParameters(NDArray ofGamma, NDArray ofBeta) {
      try (NDArray product = ops.run("sync_affine", true, ofGamma, ofBeta, gamma, beta, bias);
          NDArray one = x.getManager().create(1f)) {
        SyncTape.backward(product, one);
      }
    }
  }
}
