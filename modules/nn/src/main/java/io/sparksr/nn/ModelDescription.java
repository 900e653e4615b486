package io.sparksr.nn;

import java.util.Locale;

/**
 * {@code model.json}: what the weights beside it are for.
 *
 * @param network a name of {@link Networks}
 * @param channels width of the body
 * @param blocks residual blocks
 * @param largeKernel of the first and last convolution
 * @param smallKernel of the others
 * @param scale enlargement
 * @param inputRange {@code imagenet}, {@code unit} or {@code signed}
 * @param outputRange likewise
 * @param step training steps completed
 */
public record ModelDescription(
    String network,
    int channels,
    int blocks,
    int largeKernel,
    int smallKernel,
    int scale,
    String inputRange,
    String outputRange,
    long step) {

  /** The description of a trained network. */
  public static ModelDescription of(NetworkSettings settings, long step) {
    SuperResolutionNetwork network = Networks.create(settings, Precision.FP32);
    return new ModelDescription(
        settings.name(),
        settings.channels(),
        settings.blocks(),
        settings.largeKernel(),
        settings.smallKernel(),
        settings.scale(),
        network.inputRange().name().toLowerCase(Locale.ROOT),
        network.outputRange().name().toLowerCase(Locale.ROOT),
        step);
  }

  /**
   * What to build for the weights.
   *
   * @throws IllegalArgumentException naming the key if a value is out of range
   */
  public NetworkSettings settings() {
    return new NetworkSettings(network, channels, blocks, largeKernel, smallKernel, scale);
  }
}
