package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;

/**
 * {@code torch.optim.Adam} on flat buffers: bias-corrected moments, epsilon added after the
 * correction, weight decay through the gradient or decoupled. One fused pass over all parameters,
 * in place; no state but the two moments and the step count.
 */
public final class FlatAdam {
  private final FlatParameters parameters;
  private final AdamSettings settings;
  private final FlatArray first;
  private final FlatArray second;
  private long steps;

  /** An optimizer with zero moments; its arrays belong to the parameters' manager. */
  public FlatAdam(FlatParameters parameters, AdamSettings settings) {
    this.parameters = parameters;
    this.settings = settings;
    this.first = parameters.newArray(parameters.size());
    this.second = parameters.newArray(parameters.size());
  }

  /** Updates all parameters by their gradients, which it leaves as they are. */
  public void step(double learningRate) {
    steps++;
    double[] constants = {
      steps,
      learningRate,
      settings.beta1(),
      settings.beta2(),
      settings.epsilon(),
      settings.weightDecay(),
      settings.decoupled() ? 1 : 0
    };
    try (NDArray h = parameters.ops().constants(constants)) {
      parameters
          .ops()
          .run(
              "adam",
              false,
              parameters.valuesArray(),
              parameters.gradientsArray(),
              first.array(),
              second.array(),
              h)
          .close();
    }
  }

  /** Limits every gradient to [-limit, limit]. */
  public void clipByValue(double limit) {
    clip("clip_value", limit);
  }

  /**
   * Scales the gradients so that their Euclidean norm is at most {@code limit}, as {@code
   * clip_grad_norm_} does.
   */
  public void clipByNorm(double limit) {
    clip("clip_norm", limit);
  }

  /**
   * The running means of the gradients, in the order of the parameters. What is written there
   * counts from {@link #resumeAt} on.
   */
  public FloatBuffer firstMoment() {
    return first.pull();
  }

  /** The running means of the squared gradients, likewise. */
  public FloatBuffer secondMoment() {
    return second.pull();
  }

  /** Updates made so far. */
  public long steps() {
    return steps;
  }

  /** Continues after that many updates; the caller has restored the moments. */
  public void resumeAt(long completedSteps) {
    first.push();
    second.push();
    steps = completedSteps;
  }

  private void clip(String operation, double limit) {
    try (NDArray bound = parameters.ops().constants(limit)) {
      parameters.ops().run(operation, false, parameters.gradientsArray(), bound).close();
    }
  }
}
