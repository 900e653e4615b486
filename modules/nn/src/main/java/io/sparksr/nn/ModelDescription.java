package io.sparksr.nn;

import java.util.List;
import java.util.Optional;

/**
 * {@code model.json}: what the weights beside it are for.
 *
 * @param network a name of {@link Networks}
 * @param channels width of the body
 * @param blocks residual blocks
 * @param largeKernel of the first and last convolution
 * @param smallKernel of the others
 * @param scale enlargement
 * @param inputRange {@code imagenet}, {@code unit} or {@code signed}; null: the network's own
 * @param outputRange likewise
 * @param step training steps completed
 * @param origin where imported weights come from; null for those trained here
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
    long step,
    Origin origin) {

  /**
   * Where imported weights come from.
   *
   * @param uri of the file
   * @param sha256 of the file
   * @param format for instance {@code "PyTorch zip"}
   * @param part of the file, for instance {@code "model"}; empty: all of it
   * @param rules how names were mapped, one line each, in order
   */
  public record Origin(String uri, String sha256, String format, String part, List<String> rules) {}

  /** The description of a network trained from scratch: ranges are its own. */
  public static ModelDescription of(NetworkSettings settings, long step) {
    return of(Networks.create(settings, Precision.FP32), step);
  }

  /** The description of a network as it is, with its ranges. */
  public static ModelDescription of(SuperResolutionNetwork network, long step) {
    NetworkSettings settings = network.settings();
    return new ModelDescription(
        settings.name(),
        settings.channels(),
        settings.blocks(),
        settings.largeKernel(),
        settings.smallKernel(),
        settings.scale(),
        network.inputRange().key(),
        network.outputRange().key(),
        step,
        null);
  }

  /** The same with an origin. */
  public ModelDescription from(Origin source) {
    return new ModelDescription(
        network,
        channels,
        blocks,
        largeKernel,
        smallKernel,
        scale,
        inputRange,
        outputRange,
        step,
        source);
  }

  /** The same for weights that were trained with other ranges; empty ones stay. */
  public ModelDescription withRanges(Optional<ValueRange> input, Optional<ValueRange> output) {
    return new ModelDescription(
        network,
        channels,
        blocks,
        largeKernel,
        smallKernel,
        scale,
        input.map(ValueRange::key).orElse(inputRange),
        output.map(ValueRange::key).orElse(outputRange),
        step,
        origin);
  }

  /**
   * What to build for the weights.
   *
   * @throws IllegalArgumentException naming the key if a value is out of range
   */
  public NetworkSettings settings() {
    return new NetworkSettings(network, channels, blocks, largeKernel, smallKernel, scale);
  }

  /**
   * The network without values, with the ranges the weights were trained with.
   *
   * @throws IllegalArgumentException naming the key if a value is out of range
   */
  public SuperResolutionNetwork create(Precision precision) {
    SuperResolutionNetwork built = Networks.create(settings(), precision);
    built.setRanges(
        inputRange == null ? null : ValueRange.of("inputRange", inputRange),
        outputRange == null ? null : ValueRange.of("outputRange", outputRange));
    return built;
  }
}
