package io.sparksr.nn;

import static io.sparksr.core.config.Checks.check;

import java.io.Serializable;

/**
 * What a generator is made of.
 *
 * @param name a name of {@link Networks}
 * @param channels width of the body
 * @param blocks number of residual blocks
 * @param largeKernel kernel of the first and last convolution of {@code srresnet}; odd
 * @param smallKernel kernel of all other convolutions of {@code srresnet}; odd
 * @param scale enlargement: 2, 3, 4 or 8
 */
public record NetworkSettings(
    String name, int channels, int blocks, int largeKernel, int smallKernel, int scale)
    implements Serializable {

  /** Checks ranges, naming the key. */
  public NetworkSettings {
    check(channels >= 1, "channels: must be at least 1, got " + channels);
    check(blocks >= 1, "blocks: must be at least 1, got " + blocks);
    check(
        largeKernel >= 1 && largeKernel % 2 == 1, "large-kernel: must be odd, got " + largeKernel);
    check(
        smallKernel >= 1 && smallKernel % 2 == 1, "small-kernel: must be odd, got " + smallKernel);
    check(
        scale == 2 || scale == 3 || scale == 4 || scale == 8,
        "scale: must be 2, 3, 4 or 8, got " + scale);
    Networks.checkName(name);
  }

  /** The factors of the successive pixel shuffles: 4 is 2 x 2, 8 is 2 x 2 x 2. */
  int[] shuffleFactors() {
    return switch (scale) {
      case 2 -> new int[] {2};
      case 3 -> new int[] {3};
      case 4 -> new int[] {2, 2};
      default -> new int[] {2, 2, 2};
    };
  }
}
