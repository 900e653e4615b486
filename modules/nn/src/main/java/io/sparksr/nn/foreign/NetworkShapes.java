package io.sparksr.nn.foreign;

import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.NetworkSettings;
import java.util.Map;
import java.util.Optional;

/** Which generator tensors belong to, told by their names and shapes. */
final class NetworkShapes {
  private final Map<String, NamedTensor> tensors;

  NetworkShapes(Map<String, NamedTensor> tensors) {
    this.tensors = tensors;
  }

  /** The settings, if the first convolution of a known generator is there. */
  Optional<NetworkSettings> settings() {
    try {
      if (has("conv_block1.conv_block.0.weight")) {
        return Optional.of(srResNet());
      }
      return has("conv_first.weight") ? Optional.of(msrResNet()) : Optional.empty();
    } catch (IllegalArgumentException e) {
      // Sizes that no network here has; the caller says which tensors there are.
      return Optional.empty();
    }
  }

  private NetworkSettings srResNet() {
    String block = "residual_blocks.%d.conv_block1.conv_block.0.weight";
    boolean normalised = has("conv_block2.conv_block.1.running_mean");
    return new NetworkSettings(
        normalised ? "srresnet" : "srresnet-prelu",
        side("conv_block1.conv_block.0.weight", 0),
        count(block, 0),
        side("conv_block1.conv_block.0.weight", 3),
        side(String.format(block, 0), 3),
        scale("subpixel_convolutional_blocks.%d.conv.weight", 0));
  }

  private NetworkSettings msrResNet() {
    return new NetworkSettings(
        "msrresnet",
        side("conv_first.weight", 0),
        count("body.%d.conv1.weight", 0),
        3,
        3,
        scale("upconv%d.weight", 1));
  }

  private int scale(String pattern, int first) {
    int scale = 1;
    int count = count(pattern, first);
    for (int i = first; i < first + count && i < first + 3; i++) {
      String name = String.format(pattern, i);
      scale *= (int) Math.round(Math.sqrt((double) side(name, 0) / side(name, 1)));
    }
    return scale;
  }

  private int count(String pattern, int first) {
    int next = first;
    while (has(String.format(pattern, next))) {
      next++;
    }
    return next - first;
  }

  private boolean has(String name) {
    return tensors.containsKey(name);
  }

  private int side(String name, int dimension) {
    NamedTensor tensor = tensors.get(name);
    if (tensor == null || tensor.shape().length != 4) {
      throw new IllegalArgumentException(name + " is no convolution");
    }
    return Math.toIntExact(tensor.shape()[dimension]);
  }
}
