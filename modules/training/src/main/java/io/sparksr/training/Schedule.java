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
 * @param periods lengths in steps of the cosine's periods, counted from the end of the warm-up;
 *     each begins again at the top, and after the last it stays at {@code finalShare}. Without any,
 *     one period lasts to the end of the run
 * @param restartWeights for each period, what share of the fall from the top to {@code finalShare}
 *     it has; all 1 if empty
 */
public record Schedule(
    Kind kind,
    long warmupSteps,
    List<Long> milestones,
    double decay,
    double finalShare,
    List<Long> periods,
    List<Double> restartWeights)
    implements Serializable {

  /** How the learning rate falls. */
  public enum Kind {
    /** It does not. */
    CONSTANT,
    /** By a factor at given steps. */
    STEPS,
    /** Along half a cosine, once or with warm restarts (Loshchilov and Hutter 2017, equation 5). */
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
    periods = List.copyOf(periods);
    restartWeights = List.copyOf(restartWeights);
    if (periods.stream().anyMatch(period -> period < 1)) {
      throw new IllegalArgumentException("periods: must be 1 or more each, got " + periods);
    }
    if (restartWeights.stream().anyMatch(weight -> !(weight > 0 && weight <= 1))) {
      throw new IllegalArgumentException(
          "restart-weights: must be in (0, 1] each, got " + restartWeights);
    }
    if (!restartWeights.isEmpty() && restartWeights.size() != periods.size()) {
      throw new IllegalArgumentException(
          "restart-weights: must be one for each of the periods "
              + periods
              + ", got "
              + restartWeights);
    }
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
      case COSINE ->
          learningRate
              * (finalShare + (1 - finalShare) * cosine(step - warmupSteps, steps - warmupSteps));
    };
  }

  /** No warm-up and no fall. */
  public static Schedule constant() {
    return new Schedule(Kind.CONSTANT, 0, List.of(), 1, 0, List.of(), List.of());
  }

  /** Whether the learning rate of a step depends on how many there will be. */
  boolean dependsOnLastStep() {
    return kind == Kind.COSINE && periods.isEmpty();
  }

  /** How far from the final share, in [0, 1], {@code step} steps after the warm-up. */
  private double cosine(long step, long steps) {
    if (periods.isEmpty()) {
      return halfCosine(step, Math.max(1, steps));
    }
    long begin = 0;
    for (int i = 0; i < periods.size(); i++) {
      long length = periods.get(i);
      if (step < begin + length) {
        double weight = restartWeights.isEmpty() ? 1 : restartWeights.get(i);
        return weight * halfCosine(step - begin, length);
      }
      begin += length;
    }
    return 0;
  }

  private static double halfCosine(long step, long length) {
    return (1 + StrictMath.cos(Math.PI * Math.min(1, step / (double) length))) / 2;
  }
}
