package io.sparksr.training;

import java.io.Serializable;
import java.util.List;

/**
 * The learning rate as a function of the step, never of the epoch.
 *
 * @param kind how it falls
 * @param warmupSteps over so many steps it rises linearly to its value first
 * @param milestones steps at which {@link Kind#STEPS} multiplies it by {@code decay}; ascending
 * @param decay the factor at a milestone, in (0, 1]
 * @param finalShare what share of the learning rate {@link Kind#COSINE} ends at, in [0, 1]
 */
public record Schedule(
    Kind kind, long warmupSteps, List<Long> milestones, double decay, double finalShare)
    implements Serializable {

  /** How the learning rate falls. */
  public enum Kind {
    /** It does not. */
    CONSTANT,
    /** By a factor at given steps. */
    STEPS,
    /** Along half a cosine over all steps (Loshchilov and Hutter 2017, equation 5, one period). */
    COSINE
  }

  /** Checks ranges, naming the key. */
  public Schedule {
    if (warmupSteps < 0) {
      throw new IllegalArgumentException("warmup-steps: must not be negative, got " + warmupSteps);
    }
    if (!(decay > 0 && decay <= 1)) {
      throw new IllegalArgumentException("decay: must be in (0, 1], got " + decay);
    }
    if (!(finalShare >= 0 && finalShare <= 1)) {
      throw new IllegalArgumentException("final-share: must be in [0, 1], got " + finalShare);
    }
    milestones = List.copyOf(milestones);
    for (int i = 1; i < milestones.size(); i++) {
      if (milestones.get(i) <= milestones.get(i - 1)) {
        throw new IllegalArgumentException("milestones: must be ascending, got " + milestones);
      }
    }
  }

  /**
   * The learning rate of one step.
   *
   * @param step from 0
   * @param steps of the whole run
   * @param learningRate the highest value
   */
  public double at(long step, long steps, double learningRate) {
    if (step < warmupSteps) {
      return learningRate * (step + 1) / warmupSteps;
    }
    return switch (kind) {
      case CONSTANT -> learningRate;
      case STEPS ->
          learningRate
              * Math.pow(decay, (double) milestones.stream().filter(m -> m <= step).count());
      case COSINE -> {
        double progress = (step - warmupSteps) / (double) Math.max(1, steps - warmupSteps);
        double share = (1 + StrictMath.cos(Math.PI * Math.min(1, progress))) / 2;
        yield learningRate * (finalShare + (1 - finalShare) * share);
      }
    };
  }
}
