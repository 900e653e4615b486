package io.sparksr.training;

import java.io.Serializable;

/**
 * What a run trains for and starts from.
 *
 * @param kind of training
 * @param initUri model folder that the generator's weights and ranges come from; empty: it starts
 *     from random weights
 * @param vgg19Uri safetensors with VGG19's layers up to the cut; empty where the loss has none
 */
public record Objective(Kind kind, String initUri, String vgg19Uri) implements Serializable {
  /** Kinds of training. */
  public enum Kind {
    /** A generator by a content loss. */
    CONTENT,
    /** A generator and a discriminator against each other. */
    ADVERSARIAL
  }

  /** Training by a content loss from random weights. */
  public static Objective content() {
    return new Objective(Kind.CONTENT, "", "");
  }

  /** Whether the generator's weights come from elsewhere. */
  public boolean initialised() {
    return !initUri.isEmpty();
  }
}
