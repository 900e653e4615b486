package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.function.Supplier;

/**
 * A discriminator: float32 images (N, 3, H, W) in {@link ValueRange#IMAGENET} to float32 logits,
 * positive for what it takes for a photograph.
 */
public abstract class DiscriminatorNetwork extends NamedNetwork {

  DiscriminatorNetwork(String name, Precision precision) {
    super(name, precision);
  }

  /** The smallest height and width of images that it takes. */
  public abstract int smallestSide();

  /**
   * Judges a batch in training without gradients for the discriminator itself: back-propagation
   * passes through to the images and leaves nothing here. Batch norm works as in training.
   *
   * @param images their manager owns the result
   * @return logits as from {@link #forward}
   */
  public NDArray judge(NDArray images) {
    return frozen(() -> forward(images, true));
  }

  /**
   * The same with the statistics of batch norm that {@code gradients} says.
   *
   * @param images without a gradient, or from {@link Gradients#branch}
   * @param gradients records on this thread
   */
  public NDArray judge(NDArray images, Gradients gradients) {
    return frozen(() -> forward(images, gradients));
  }

  private NDArray frozen(Supplier<NDArray> judgement) {
    requireGradients(false);
    try {
      return judgement.get();
    } finally {
      requireGradients(true);
    }
  }

  private void requireGradients(boolean required) {
    for (TensorSpec spec : tensors()) {
      Parameter parameter = getDirectParameters().get(spec.name());
      if (!spec.buffer()) {
        parameter.getArray().setRequiresGradient(required);
      }
    }
  }
}
