package io.sparksr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The features are torchvision's; the reference is written by {@code make_vgg.py}. */
class Vgg19FeaturesTest {
  private static final String FILE = "vgg19-v1.safetensors";

  private final NDManager manager = NDManager.newBaseManager();
  private Map<String, NamedTensor> reference;

  @BeforeEach
  void readReference() throws IOException {
    try (InputStream in = Vgg19FeaturesTest.class.getResourceAsStream(FILE)) {
      reference = Safetensors.read(in.readAllBytes(), FILE);
    }
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({"1, 1, BEFORE", "1, 1, AFTER", "2, 2, BEFORE", "2, 2, AFTER", "3, 4, AFTER"})
  void featuresOfAShallowCutHaveTorchvisionsMoments(
      int pool, int convolution, VggCut.Activation side) {
    Vgg19Features vgg = vgg(new VggCut(pool, convolution, side), Precision.FP32);
    NDArray features = vgg.forward(images("images"), false);
    assertThat(vgg.getOutputShapes(new Shape[] {new Shape(2, 3, 32, 32)})[0])
        .isEqualTo(features.getShape());
    FloatBuffer expected = reference.get(name(pool, convolution, side) + "/means").values();
    int channels = Math.toIntExact(features.getShape().get(1));
    double[][] moments = moments(features);
    for (int c = 0; c < channels; c++) {
      assertThat(moments[0][c]).isCloseTo(expected.get(c), within(1e-5));
      assertThat(moments[1][c])
          .isCloseTo(expected.get(channels + c), within(1e-4 * expected.get(channels + c)));
    }
  }

  @ParameterizedTest
  @CsvSource({"BEFORE", "AFTER"})
  void deepestFeaturesAreTorchvisions(VggCut.Activation side) {
    float[] features =
        vgg(new VggCut(5, 4, side), Precision.FP32).forward(images("images"), false).toFloatArray();
    assertThat(distance(features, reference.get(name(5, 4, side)).values())).isLessThan(1e-5);
  }

  @Test
  void gradientsReachTheImagesAndAreTorchvisions() {
    Vgg19Features vgg = vgg(new VggCut(5, 4, VggCut.Activation.AFTER), Precision.FP32);
    NDArray images = images("images");
    images.setRequiresGradient(true);
    try (Gradients gradients = Gradients.record()) {
      NDArray loss =
          Losses.create("mse", manager)
              .apply(vgg.forward(images, true), vgg.forward(images("target"), true));
      gradients.backward(loss, 1);
    }
    assertThat(distance(images.getGradient().toFloatArray(), reference.get("gradient").values()))
        .isLessThan(1e-4);
  }

  @Test
  void bfloat16GivesNearlyTheSame() {
    float[] features =
        vgg(new VggCut(5, 4, VggCut.Activation.AFTER), Precision.BF16)
            .forward(images("images"), false)
            .toFloatArray();
    assertThat(distance(features, reference.get("5_4_after").values())).isBetween(1e-4, 0.05);
  }

  @Test
  void cutsThatVgg19HasNotAreRefused() {
    assertThatThrownBy(() -> new VggCut(6, 1, VggCut.Activation.AFTER))
        .hasMessage("pool: must be from 1 to 5, got 6");
    assertThatThrownBy(() -> new VggCut(2, 3, VggCut.Activation.AFTER))
        .hasMessage("convolution: must be from 1 to 2 before pool 2, got 3");
  }

  /** Each value is a hash of its place, as in {@code make_vgg.py}. */
  static void fill(Vgg19Features vgg, NDManager manager) {
    int stream = 0;
    for (NamedTensor tensor : new FlatParameters(vgg, manager).tensors()) {
      long[] shape = tensor.shape();
      double fanIn = shape.length > 1 ? shape[1] * 9 : 600;
      double bound = Math.sqrt(6 / fanIn);
      for (int i = 0; i < tensor.values().limit(); i++) {
        long bits = mix(((long) stream << 32) + i * 0x9E3779B97F4A7C15L);
        tensor.values().put(i, (float) ((bits >>> 40) * 0x1p-24 * 2 * bound - bound));
      }
      stream++;
    }
  }

  private static long mix(long place) {
    long z = (place ^ (place >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private Vgg19Features vgg(VggCut cut, Precision precision) {
    Vgg19Features vgg = new Vgg19Features(cut, precision);
    fill(vgg, manager);
    return vgg;
  }

  private static String name(int pool, int convolution, VggCut.Activation side) {
    return pool + "_" + convolution + (side == VggCut.Activation.AFTER ? "_after" : "_before");
  }

  private static double[][] moments(NDArray features) {
    Shape shape = features.getShape();
    int channels = Math.toIntExact(shape.get(1));
    int pixels = Math.toIntExact(shape.get(2) * shape.get(3));
    float[] values = features.toFloatArray();
    double[][] moments = new double[2][channels];
    for (int i = 0; i < values.length; i++) {
      int channel = i / pixels % channels;
      double weight = (double) channels / values.length;
      moments[0][channel] += values[i] * weight;
      moments[1][channel] += values[i] * (double) values[i] * weight;
    }
    return moments;
  }

  private static double distance(float[] actual, FloatBuffer expected) {
    assertThat(actual).hasSize(expected.limit());
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < actual.length; i++) {
      difference += Math.pow(actual[i] - (double) expected.get(i), 2);
      norm += Math.pow(expected.get(i), 2);
    }
    return Math.sqrt(difference / norm);
  }

  private NDArray images(String name) {
    NamedTensor tensor = reference.get(name);
    float[] values = new float[tensor.values().limit()];
    tensor.values().duplicate().rewind().get(values);
    return manager.create(values, new Shape(tensor.shape()));
  }
}
