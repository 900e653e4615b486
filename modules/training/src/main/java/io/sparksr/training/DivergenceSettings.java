package io.sparksr.training;

import static io.sparksr.core.config.Checks.check;

import java.io.Serializable;

/**
 * What counts as a diverged loss, and how a run goes back; the keys of {@code train.divergence}.
 *
 * @param lossFactor the loss has exploded when it is so many times its moving average; 0: only what
 *     is no number has diverged
 * @param learningRateFactor of every later learning rate, for each time the run went back
 * @param maxRollbacks how often a run may go back
 */
public record DivergenceSettings(double lossFactor, double learningRateFactor, int maxRollbacks)
    implements Serializable {

  /** Checks ranges, naming the key. */
  public DivergenceSettings {
    check(
        lossFactor == 0 || lossFactor > 1,
        "loss-factor: must be above 1, or 0 for none, got " + lossFactor);
    check(
        learningRateFactor > 0 && learningRateFactor < 1,
        "learning-rate-factor: must be between 0 and 1, got " + learningRateFactor);
    check(maxRollbacks >= 0, "max-rollbacks: must not be negative, got " + maxRollbacks);
  }
}
