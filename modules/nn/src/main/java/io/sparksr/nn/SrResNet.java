package io.sparksr.nn;

import ai.djl.ndarray.NDArray;

/**
 * SRResNet, the generator of Ledig et al. 2017 (arXiv 1609.04802v5, figure 4), with the names, the
 * order and the PReLU (one slope each) of the PyTorch tutorial's {@code SRResNet}. It reads
 * ImageNet-normalised LR and ends in tanh.
 */
final class SrResNet extends SuperResolutionNetwork {
  private final boolean middleNormalised;

  SrResNet(NetworkSettings settings, Precision precision) {
    this(settings, precision, true);
  }

  private SrResNet(NetworkSettings settings, Precision precision, boolean middleNormalised) {
    super(settings, precision);
    this.middleNormalised = middleNormalised;
    int width = settings.channels();
    convolution("conv_block1.conv_block.0", 3, width, settings.largeKernel(), 1);
    prelu("conv_block1.conv_block.1");
    for (int i = 0; i < settings.blocks(); i++) {
      String block = "residual_blocks." + i;
      convolution(block + ".conv_block1.conv_block.0", width, width, settings.smallKernel(), 1);
      batchNorm(block + ".conv_block1.conv_block.1", width);
      prelu(block + ".conv_block1.conv_block.2");
      convolution(block + ".conv_block2.conv_block.0", width, width, settings.smallKernel(), 1);
      batchNorm(block + ".conv_block2.conv_block.1", width);
    }
    convolution("conv_block2.conv_block.0", width, width, settings.smallKernel(), 1);
    if (middleNormalised) {
      batchNorm("conv_block2.conv_block.1", width);
    } else {
      prelu("conv_block2.conv_block.1");
    }
    int[] factors = settings.shuffleFactors();
    for (int i = 0; i < factors.length; i++) {
      String block = "subpixel_convolutional_blocks." + i;
      convolution(
          block + ".conv", width, width * factors[i] * factors[i], settings.smallKernel(), 1);
      prelu(block + ".prelu");
    }
    convolution("conv_block3.conv_block.0", width, 3, settings.largeKernel(), 1);
  }

  /**
   * The variant of some published generators: PReLU, not batch norm, after the convolution behind
   * the residual blocks.
   */
  static SrResNet withMiddlePrelu(NetworkSettings settings, Precision precision) {
    return new SrResNet(settings, precision, false);
  }

  @Override
  ValueRange ownInputRange() {
    return ValueRange.IMAGENET;
  }

  @Override
  ValueRange ownOutputRange() {
    return ValueRange.SIGNED;
  }

  @Override
  public int receptiveRadius() {
    int small = settings().smallKernel() / 2;
    int large = settings().largeKernel() / 2;
    double radius = large + (2 * settings().blocks() + 1) * small;
    double pixel = 1;
    for (int factor : settings().shuffleFactors()) {
      radius += small * pixel;
      pixel /= factor;
    }
    return (int) Math.ceil(radius + large * pixel);
  }

  @Override
  NDArray forward(Pass pass, NDArray lr) {
    NDArray input = pass.enter(lr);
    NDArray head =
        pass.used(
            input,
            pass.branch(
                pass.run(
                    "conv_prelu",
                    input,
                    "conv_block1.conv_block",
                    "0.weight",
                    "0.bias",
                    "1.weight")));
    NDArray x = head;
    for (int i = 0; i < settings().blocks(); i++) {
      String block = "residual_blocks." + i;
      NDArray inner =
          pass.runBatchNorm(
              "conv_bn_prelu",
              x,
              null,
              block + ".conv_block1.conv_block",
              "0.weight",
              "0.bias",
              "1.weight",
              "1.bias",
              "1.running_mean",
              "1.running_var",
              "2.weight");
      NDArray sum = convBnAdd(pass, inner, x, block + ".conv_block2.conv_block");
      NDArray next = pass.branch(pass.used(inner, sum));
      x = x == head ? next : pass.used(x, next);
    }
    NDArray body = middle(pass, x, head);
    x = x == head ? body : pass.used(x, body);
    pass.used(head, x);
    for (int i = 0; i < settings().shuffleFactors().length; i++) {
      NDArray larger =
          pass.run(
              "conv_shuffle_prelu",
              x,
              "subpixel_convolutional_blocks." + i,
              "conv.weight",
              "conv.bias",
              "prelu.weight");
      x = pass.used(x, larger);
    }
    return pass.used(x, pass.run("conv_tanh", x, "conv_block3.conv_block", "0.weight", "0.bias"));
  }

  private NDArray middle(Pass pass, NDArray x, NDArray skip) {
    String prefix = "conv_block2.conv_block";
    if (middleNormalised) {
      return convBnAdd(pass, x, skip, prefix);
    }
    NDArray inner = pass.run("conv_prelu", x, prefix, "0.weight", "0.bias", "1.weight");
    return pass.used(inner, pass.add(inner, skip));
  }

  private static NDArray convBnAdd(Pass pass, NDArray x, NDArray skip, String prefix) {
    return pass.runBatchNorm(
        "conv_bn_add",
        x,
        skip,
        prefix,
        "0.weight",
        "0.bias",
        "1.weight",
        "1.bias",
        "1.running_mean",
        "1.running_var");
  }
}
