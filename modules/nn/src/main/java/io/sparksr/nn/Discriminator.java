package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * The paper's discriminator (Ledig et al. 2017, figure 4) in the tutorial's form: convolutions with
 * batch norm in all but the first, every second one halving height and width and every second one
 * doubling the channels, pooled to 6x6, and two linear layers. One logit an image: (N, 1).
 */
final class Discriminator extends DiscriminatorNetwork {
  private static final int USUAL_BLOCKS = 8;
  private static final int POOLED = 6;

  private final int blocks;

  Discriminator(DiscriminatorSettings settings, Precision precision) {
    super(settings.name(), precision);
    blocks = settings.blocksOr(USUAL_BLOCKS);
    int in = 3;
    int out = settings.channels();
    for (int i = 0; i < blocks; i++) {
      out = i > 0 && i % 2 == 0 ? 2 * in : out;
      String block = "conv_blocks." + i + ".conv_block.";
      convolution(block + "0", in, out, settings.kernel(), 1);
      if (i > 0) {
        batchNorm(block + "1", out);
      }
      in = out;
    }
    linear("fc1", out * POOLED * POOLED, settings.hidden());
    linear("fc2", settings.hidden(), 1);
  }

  @Override
  public int smallestSide() {
    return 1;
  }

  @Override
  NDArray forward(Pass pass, NDArray images) {
    NDArray x = pass.enter(images);
    x =
        pass.used(
            x, pass.run("strided1_leaky", x, "conv_blocks.0.conv_block", "0.weight", "0.bias"));
    for (int i = 1; i < blocks; i++) {
      NDArray next =
          pass.runBatchNorm(
              i % 2 == 0 ? "strided1_bn_leaky" : "strided2_bn_leaky",
              x,
              null,
              "conv_blocks." + i + ".conv_block",
              "0.weight",
              "0.bias",
              "1.weight",
              "1.bias",
              "1.running_mean",
              "1.running_var");
      x = pass.used(x, next);
    }
    x = pass.used(x, pass.run("pool_linear_leaky", x, "fc1", "weight", "bias"));
    return pass.used(x, pass.run("linear", x, "fc2", "weight", "bias"));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return new Shape[] {new Shape(inputs[0].get(0), 1)};
  }
}
