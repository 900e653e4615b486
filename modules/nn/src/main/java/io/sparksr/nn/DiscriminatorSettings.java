package io.sparksr.nn;

import static io.sparksr.core.config.Checks.check;

import java.io.Serializable;

/**
 * What a discriminator is made of.
 *
 * @param name a name of {@link Discriminators}
 * @param channels width of its first layer
 * @param blocks number of convolutions that the widths grow over; 0 for the network's usual number
 * @param kernel kernel of the convolutions of {@code srgan}; odd
 * @param hidden width of the linear layer of {@code srgan}
 */
public record DiscriminatorSettings(String name, int channels, int blocks, int kernel, int hidden)
    implements Serializable {

  /** Checks ranges, naming the key. */
  public DiscriminatorSettings {
    check(channels >= 1, "channels: must be at least 1, got " + channels);
    check(blocks >= 0 && blocks <= 16, "blocks: must be from 0 to 16, got " + blocks);
    check(kernel >= 1 && kernel % 2 == 1, "kernel: must be odd, got " + kernel);
    check(hidden >= 1, "hidden: must be at least 1, got " + hidden);
    Discriminators.checkName(name);
  }

  int blocksOr(int usual) {
    return blocks == 0 ? usual : blocks;
  }
}
