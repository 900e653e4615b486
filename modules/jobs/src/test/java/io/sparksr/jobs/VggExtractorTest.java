package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.evaluation.Metrics;
import io.sparksr.nn.FlatParameters;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.Precision;
import io.sparksr.nn.Safetensors;
import io.sparksr.nn.TensorSpec;
import io.sparksr.nn.Vgg19Features;
import io.sparksr.nn.VggCut;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class VggExtractorTest {
  private static final int CENTRE = 4;
  private static final int TAPS = 9;

  @Test
  void imagesEnterByChannelsAndNormedAsImageNets() {
    VggCut first = new VggCut(1, 1, VggCut.Activation.BEFORE);
    Vgg19Features network = new Vgg19Features(first, Precision.FP32);
    // Filter 0 passes red on, filter 1 blue; all others give 0.
    FloatBuffer weight = FloatBuffer.allocate(64 * 3 * TAPS);
    weight.put(CENTRE, 1);
    weight.put((3 + 2) * TAPS + CENTRE, 1);
    List<NamedTensor> tensors =
        List.of(
            new NamedTensor("features.0.weight", new long[] {64, 3, 3, 3}, weight),
            new NamedTensor("features.0.bias", new long[] {64}, FloatBuffer.allocate(64)));
    byte[] pixels = new byte[5 * 4 * 3];
    new SplittableRandom(1).nextBytes(pixels);
    try (NDManager manager = NDManager.newBaseManager()) {
      new FlatParameters(network, manager)
          .load(
              tensors.stream().collect(Collectors.toMap(NamedTensor::name, Function.identity())),
              "test");
      float[] features = new VggExtractor(network, manager).of(new RgbImage(5, 4, pixels));
      assertThat(features).hasSize(64 * 20);
      for (int i = 0; i < 20; i++) {
        double red = (pixels[3 * i] & 0xFF) / 255.0;
        double blue = (pixels[3 * i + 2] & 0xFF) / 255.0;
        assertThat((double) features[i]).isCloseTo((red - 0.485) / 0.229, within(1e-5));
        assertThat((double) features[20 + i]).isCloseTo((blue - 0.406) / 0.225, within(1e-5));
        assertThat(features[40 + i]).isZero();
      }
    }
  }

  @Test
  void weightsThatAreNeededAndMissingAreRefusedBeforeAnythingIsComputed() {
    assertThatThrownBy(() -> VggExtractor.fingerprint(new LocalFileStore(), settings("")))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("evaluate.vgg19-weights: is not set, but the metric vgg needs");
    assertThatThrownBy(
            () -> VggExtractor.fingerprint(new LocalFileStore(), settings("/no/vgg.pth")))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("/no/vgg.pth: not found. Set evaluate.vgg19-weights");
  }

  private static EvaluateSettings settings(String weights) {
    return new EvaluateSettings(
        List.of("tutorial"), List.of("psnr", "ssim", Metrics.ON_FEATURES), 0, 1000, 16, weights);
  }

  /** A file like torchvision's, of small random weights, the same each time. */
  static Path write(Path file) throws IOException {
    VggCut cut = new VggCut(5, 4, VggCut.Activation.AFTER);
    SplittableRandom random = new SplittableRandom(3);
    List<NamedTensor> tensors = new ArrayList<>();
    for (TensorSpec spec : new Vgg19Features(cut, Precision.FP32).tensors()) {
      FloatBuffer values = FloatBuffer.allocate(spec.size());
      double bound = spec.size() > 512 ? Math.sqrt(6.0 / (TAPS * spec.shape()[1])) : 0;
      while (values.hasRemaining()) {
        values.put((float) (bound * (2 * random.nextDouble() - 1)));
      }
      tensors.add(new NamedTensor(spec.name(), spec.shape(), values.flip()));
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      Safetensors.write(out, tensors, Map.of());
    }
    return file;
  }
}
