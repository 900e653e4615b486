package io.sparksr.nn;

import static io.sparksr.core.config.Checks.check;

import java.io.Serializable;

/**
 * Constants of Adam (Kingma and Ba 2015), with the meaning they have in {@code torch.optim.Adam}.
 *
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root of the bias-corrected second moment
 * @param weightDecay 0 for none
 * @param decoupled whether weight decay acts on the weights (AdamW) rather than through the
 *     gradient
 */
public record AdamSettings(
    double beta1, double beta2, double epsilon, double weightDecay, boolean decoupled)
    implements Serializable {

  /** Checks ranges, naming the key. */
  public AdamSettings {
    check(beta1 >= 0 && beta1 < 1, "beta1: must be in [0, 1), got " + beta1);
    check(beta2 >= 0 && beta2 < 1, "beta2: must be in [0, 1), got " + beta2);
    check(epsilon > 0, "epsilon: must be positive, got " + epsilon);
    check(weightDecay >= 0, "weight-decay: must not be negative, got " + weightDecay);
  }
}
