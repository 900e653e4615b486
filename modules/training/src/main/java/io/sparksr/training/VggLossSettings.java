package io.sparksr.training;

import static io.sparksr.core.config.Checks.check;

import io.sparksr.nn.Losses;
import io.sparksr.nn.VggCut;
import java.io.Serializable;

/**
 * The content loss on features of VGG19; the keys of {@code train.gan.vgg}.
 *
 * @param weight in the generator's loss; 0: there is none
 * @param loss between features, a name of {@link Losses}
 * @param cut which features
 */
public record VggLossSettings(double weight, String loss, VggCut cut) implements Serializable {

  /** Checks ranges, naming the key. */
  public VggLossSettings {
    check(weight >= 0, "weight: must not be negative, got " + weight);
    Losses.checkName(loss);
  }
}
