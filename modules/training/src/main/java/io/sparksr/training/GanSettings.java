package io.sparksr.training;

import static io.sparksr.core.config.Checks.check;

import io.sparksr.nn.AdversarialLosses;
import io.sparksr.nn.DiscriminatorSettings;
import java.io.Serializable;

/**
 * How adversarial training differs; the keys of {@code train.gan} in {@code reference.conf}, where
 * each is explained.
 *
 * @param vgg the content loss on features
 * @param pixelWeight of the loss between pixels; 0 for none
 * @param adversarialLoss a name of {@link AdversarialLosses}
 * @param adversarialWeight of the adversarial loss in the generator's
 * @param discriminatorUpdates of the discriminator after each of the generator
 * @param discriminatorRate the discriminator's learning rate as a multiple of the generator's
 * @param discriminator what it is made of
 */
public record GanSettings(
    VggLossSettings vgg,
    double pixelWeight,
    String adversarialLoss,
    double adversarialWeight,
    int discriminatorUpdates,
    double discriminatorRate,
    DiscriminatorSettings discriminator)
    implements Serializable {

  /** Checks ranges, naming the key. */
  public GanSettings {
    check(pixelWeight >= 0, "pixel-weight: must not be negative, got " + pixelWeight);
    AdversarialLosses.checkName(adversarialLoss);
    check(
        adversarialWeight >= 0,
        "adversarial-weight: must not be negative, got " + adversarialWeight);
    check(
        discriminatorUpdates >= 1,
        "discriminator-updates: must be at least 1, got " + discriminatorUpdates);
    check(discriminatorRate > 0, "discriminator-rate: must be positive, got " + discriminatorRate);
  }

  /** Whether the generator's loss asks for VGG19. */
  public boolean needsVgg() {
    return vgg.weight() > 0;
  }
}
