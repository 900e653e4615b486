package io.sparksr.nn;

import ai.djl.ndarray.NDArray;

/**
 * MSRResNet: SRResNet without batch norm as modified in BasicSR, with LeakyReLU(0.1), 3x3 kernels,
 * and the bilinearly enlarged input added to the output, so that training begins at bilinear
 * interpolation. Names are those of BasicSR's {@code MSRResNet}; input and output are RGB in [0,
 * 1].
 */
final class MsrResNet extends SuperResolutionNetwork {
  private static final int KERNEL = 3;

  /**
   * Small residual branches at the start keep a deep body without normalisation stable (Wang et al.
   * 2018, ESRGAN, 3.1).
   */
  private static final double RESIDUAL_GAIN = 0.1;

  MsrResNet(NetworkSettings settings, Precision precision) {
    super(settings, precision);
    int width = settings.channels();
    convolution("conv_first", 3, width, KERNEL, 1);
    for (int i = 0; i < settings.blocks(); i++) {
      convolution("body." + i + ".conv1", width, width, KERNEL, RESIDUAL_GAIN);
      convolution("body." + i + ".conv2", width, width, KERNEL, RESIDUAL_GAIN);
    }
    int[] factors = settings.shuffleFactors();
    for (int i = 0; i < factors.length; i++) {
      convolution("upconv" + (i + 1), width, width * factors[i] * factors[i], KERNEL, 1);
    }
    convolution("conv_hr", width, width, KERNEL, 1);
    convolution("conv_last", width, 3, KERNEL, 1);
  }

  @Override
  ValueRange ownInputRange() {
    return ValueRange.UNIT;
  }

  @Override
  ValueRange ownOutputRange() {
    return ValueRange.UNIT;
  }

  @Override
  public int receptiveRadius() {
    double radius = 1 + 2 * settings().blocks();
    double pixel = 1;
    for (int factor : settings().shuffleFactors()) {
      radius += pixel;
      pixel /= factor;
    }
    return (int) Math.ceil(radius + 2 * pixel);
  }

  @Override
  NDArray forward(Pass pass, NDArray lr) {
    NDArray input = pass.enter(lr);
    NDArray x = pass.used(input, pass.run("conv_leaky", input, "conv_first", "weight", "bias"));
    for (int i = 0; i < settings().blocks(); i++) {
      NDArray next =
          pass.run(
              "residual",
              x,
              "body." + i,
              "conv1.weight",
              "conv1.bias",
              "conv2.weight",
              "conv2.bias");
      x = pass.used(x, next);
    }
    for (int i = 1; i <= settings().shuffleFactors().length; i++) {
      x = pass.used(x, pass.run("conv_shuffle_leaky", x, "upconv" + i, "weight", "bias"));
    }
    x = pass.used(x, pass.run("conv_leaky", x, "conv_hr", "weight", "bias"));
    return pass.used(x, pass.run("conv_add_bilinear", x, lr, "conv_last", "weight", "bias"));
  }
}
