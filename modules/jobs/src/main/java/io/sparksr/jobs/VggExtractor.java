package io.sparksr.jobs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparksr.core.UserException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Sha256;
import io.sparksr.evaluation.FeatureExtractor;
import io.sparksr.nn.FlatParameters;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.Precision;
import io.sparksr.nn.ValueRange;
import io.sparksr.nn.Vgg19Features;
import io.sparksr.nn.VggCut;
import io.sparksr.nn.foreign.Vgg19Weights;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The features of whole images in VGG19. For one thread at a time. */
final class VggExtractor implements FeatureExtractor {
  static final String KEY = "evaluate.vgg19-weights";

  /** SRGAN's: before the fifth pool, after the ReLU of the fourth convolution. */
  private static final VggCut CUT = new VggCut(5, 4, VggCut.Activation.AFTER);

  private final Vgg19Features network;
  private final NDManager manager;

  /**
   * An extractor.
   *
   * @param network with its values loaded
   * @param manager parent of the memory of each image; stays the caller's
   */
  VggExtractor(Vgg19Features network, NDManager manager) {
    this.network = network;
    this.manager = manager;
  }

  /**
   * The SHA-256 of the weights that settings name; empty if no metric needs them.
   *
   * @throws UserException (configuration) if they are needed and not named, (input) if missing
   */
  static Optional<String> fingerprint(FileStore files, EvaluateSettings settings)
      throws IOException {
    if (!settings.onFeatures()) {
      return Optional.empty();
    }
    String uri = settings.vgg19Weights();
    if (uri.isBlank()) {
      throw UserException.configuration(
          KEY
              + ": is not set, but the metric vgg needs VGG19's ImageNet weights, which are not part of"
              + " SparkSR. Download "
              + Vgg19Weights.OFFICIAL_URL
              + " and set "
              + KEY
              + " to its URI, or take vgg out of evaluate.metrics");
    }
    if (!files.exists(uri)) {
      throw UserException.input(uri + ": not found. Set " + KEY + " to VGG19's weights");
    }
    return Optional.of(Sha256.of(files, uri));
  }

  /** Reads the weights; the manager holds them. */
  static VggExtractor read(FileStore files, String uri, NDManager manager) throws IOException {
    Vgg19Features network = new Vgg19Features(CUT, Precision.FP32);
    Map<String, NamedTensor> tensors =
        Vgg19Weights.read(files, KEY, uri, CUT).tensors().stream()
            .collect(Collectors.toMap(NamedTensor::name, Function.identity()));
    new FlatParameters(network, manager).load(tensors, uri);
    return new VggExtractor(network, manager);
  }

  @Override
  public float[] of(RgbImage image) {
    int pixels = image.width() * image.height();
    float[] scale = ValueRange.IMAGENET.scale();
    float[] shift = ValueRange.IMAGENET.shift();
    float[] planes = new float[RgbImage.CHANNELS * pixels];
    for (int i = 0; i < planes.length; i++) {
      int channel = i / pixels;
      int value = image.pixels()[i % pixels * RgbImage.CHANNELS + channel] & 0xFF;
      planes[i] = value * scale[channel] + shift[channel];
    }
    try (NDManager scope = manager.newSubManager()) {
      NDArray batch =
          scope.create(planes, new Shape(1, RgbImage.CHANNELS, image.height(), image.width()));
      return network.forward(batch, false).toFloatArray();
    }
  }
}
