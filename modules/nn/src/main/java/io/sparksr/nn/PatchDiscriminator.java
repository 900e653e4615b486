package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * A discriminator of overlapping patches (Isola et al. 2017, appendix 6.1.2) without batch norm:
 * 4x4 convolutions, some of stride 2 and two of stride 1. One logit a patch: (N, 1, h, w). What a
 * replica computes does not depend on the rest of the batch, and there is no large linear layer to
 * average.
 */
final class PatchDiscriminator extends DiscriminatorNetwork {
  private static final int USUAL_BLOCKS = 3;
  private static final int KERNEL = 4;
  private static final int LARGEST_GROWTH = 8;

  /** The convolutions of stride 2. */
  private final int halvings;

  PatchDiscriminator(DiscriminatorSettings settings, Precision precision) {
    super(settings.name(), precision);
    halvings = settings.blocksOr(USUAL_BLOCKS);
    int in = 3;
    for (int i = 0; i <= halvings; i++) {
      int out = settings.channels() * Math.min(1 << i, LARGEST_GROWTH);
      convolution("blocks." + i, in, out, KERNEL, 1);
      in = out;
    }
    convolution("blocks." + (halvings + 1), in, 1, KERNEL, 1);
  }

  /** Such that one patch is left. */
  @Override
  public int smallestSide() {
    return 3 << halvings;
  }

  @Override
  NDArray forward(Pass pass, NDArray images) {
    NDArray x = pass.enter(images);
    for (int i = 0; i < halvings; i++) {
      x = pass.used(x, pass.run("patch2_leaky", x, "blocks." + i, "weight", "bias"));
    }
    x = pass.used(x, pass.run("patch1_leaky", x, "blocks." + halvings, "weight", "bias"));
    return pass.used(x, pass.run("patch1", x, "blocks." + (halvings + 1), "weight", "bias"));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return new Shape[] {
      new Shape(inputs[0].get(0), 1, patches(inputs[0].get(2)), patches(inputs[0].get(3)))
    };
  }

  private long patches(long side) {
    return (side >> halvings) - 2;
  }
}
