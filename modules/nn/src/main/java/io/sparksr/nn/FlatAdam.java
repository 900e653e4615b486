package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * {@code torch.optim.Adam} on flat buffers: bias-corrected moments, epsilon added after the
 * correction, weight decay through the gradient or decoupled. One fused pass over all parameters,
 * in place; no state but the two moments and the step count.
 */
public final class FlatAdam {
  private final FlatParameters parameters;
  private final AdamSettings settings;
  private final ByteBuffer firstMoment;
  private final ByteBuffer secondMoment;
  private final NDArray firstArray;
  private final NDArray secondArray;
  private long steps;

  /** An optimizer with zero moments; its arrays belong to the parameters' manager. */
  public FlatAdam(FlatParameters parameters, AdamSettings settings) {
    this.parameters = parameters;
    this.settings = settings;
    this.firstMoment = FlatParameters.allocate(parameters.size());
    this.secondMoment = FlatParameters.allocate(parameters.size());
    this.firstArray = parameters.flatArray(firstMoment);
    this.secondArray = parameters.flatArray(secondMoment);
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
    try (NDArray h = parameters.manager().create(constants)) {
      parameters
          .ops()
          .run(
              "adam",
              false,
              parameters.valuesArray(),
              parameters.gradientsArray(),
              firstArray,
              secondArray,
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

  /** The running means of the gradients, in the order of the parameters; shared memory. */
  public FloatBuffer firstMoment() {
    return FlatParameters.floats(firstMoment);
  }

  /** The running means of the squared gradients, in the order of the parameters; shared memory. */
  public FloatBuffer secondMoment() {
    return FlatParameters.floats(secondMoment);
  }

  /** Updates made so far. */
  public long steps() {
    return steps;
  }

  /** Continues after that many updates; the caller restores the moments. */
  public void resumeAt(long completedSteps) {
    steps = completedSteps;
  }

  private void clip(String operation, double limit) {
    try (NDArray bound = parameters.manager().create(limit)) {
      parameters.ops().run(operation, false, parameters.gradientsArray(), bound).close();
    }
  }
}
