package io.sparksr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparksr.core.Seeds;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every discriminator of the catalogue must keep. */
class DiscriminatorContractTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void closeManager() {
    manager.close();
  }

  static Stream<String> names() {
    return StreamSupport.stream(Discriminators.names().spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("names")
  void judgesImagesOfAnySizeFromItsSmallestOn(String name) {
    DiscriminatorNetwork network = network(name, Precision.FP32);
    new FlatParameters(network, manager).initialise(1);
    for (int side : new int[] {network.smallestSide(), 47, 96}) {
      NDArray logits = network.forward(noise(2, side), false);
      assertThat(logits.getShape())
          .isEqualTo(network.getOutputShapes(new Shape[] {new Shape(2, 3, side, side)})[0]);
      assertThat(logits.getShape().get(0)).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void gradientsAgreeWithFiniteDifferences(String name) {
    DiscriminatorNetwork network = network(name, Precision.FP32);
    FlatParameters parameters = new FlatParameters(network, manager);
    parameters.initialise(5);
    NDArray images = noise(3, 32);
    try (Gradients gradients = Gradients.record()) {
      gradients.backward(loss(network, images), 1);
    }
    FloatBuffer gradients = parameters.gradients();
    double slope = 0;
    for (int i = 0; i < gradients.limit(); i++) {
      slope += Math.pow(gradients.get(i), 2);
    }
    assertThat(slope).isPositive();
    // Steps so small that ReLU kinks matter little, along the gradient: the slope is its norm.
    double step = 1e-3 / Math.sqrt(slope);
    double up = lossAt(network, parameters, images, gradients, step);
    double down = lossAt(network, parameters, images, gradients, -2 * step);
    assertThat((up - down) / (2 * step)).isCloseTo(slope, within(0.03 * slope));
  }

  @ParameterizedTest
  @MethodSource("names")
  void judgingPassesTheGradientToTheImagesAndLeavesNoneBehind(String name) {
    DiscriminatorNetwork network = network(name, Precision.FP32);
    FlatParameters parameters = new FlatParameters(network, manager);
    parameters.initialise(5);
    NDArray trained = noise(2, 32);
    trained.setRequiresGradient(true);
    try (Gradients gradients = Gradients.record()) {
      gradients.backward(loss(network, trained), 1);
    }
    float[] own = copy(parameters.gradients());
    assertThat(own).isNotEqualTo(new float[own.length]);
    parameters.zeroGradients();
    NDArray judged = noise(2, 32);
    judged.setRequiresGradient(true);
    try (Gradients gradients = Gradients.record()) {
      NDArray logits = network.judge(judged);
      gradients.backward(logits.mul(logits).mean(), 1);
    }
    assertThat(copy(parameters.gradients())).containsOnly(0f);
    assertThat(judged.getGradient().toFloatArray())
        .containsExactly(trained.getGradient().toFloatArray(), within(1e-7f));
    try (Gradients gradients = Gradients.record()) {
      gradients.backward(loss(network, trained), 1);
    }
    assertThat(copy(parameters.gradients())).containsExactly(own, within(1e-6f));
  }

  @ParameterizedTest
  @MethodSource("names")
  void bfloat16GivesNearlyTheSame(String name) {
    float[] exact = logits(name, Precision.FP32);
    float[] rough = logits(name, Precision.BF16);
    assertThat(rough).isNotEqualTo(exact).containsExactly(exact, within(0.02f));
  }

  @ParameterizedTest
  @MethodSource("names")
  void stepsLeaveNoArraysBehind(String name) {
    DiscriminatorNetwork network = network(name, Precision.FP32);
    FlatParameters parameters = new FlatParameters(network, manager);
    parameters.initialise(5);
    int[] open = new int[3];
    for (int i = 0; i < open.length; i++) {
      try (NDManager step = manager.newSubManager();
          Gradients gradients = Gradients.record()) {
        NDArray images = noise(2, 32);
        images.attach(step);
        network.judge(images);
        gradients.backward(loss(network, images), 1);
      }
      parameters.gradients();
      open[i] = manager.getManagedArrays().size();
    }
    assertThat(open[2]).isEqualTo(open[1]);
  }

  @Test
  void thePapersHasItsNumberOfParametersAndThePatchOneATenth() {
    assertThat(parameters(new DiscriminatorSettings("srgan", 64, 0, 3, 1024)))
        .isEqualTo(23_565_505);
    assertThat(parameters(new DiscriminatorSettings("patch", 64, 0, 3, 1024))).isEqualTo(2_764_737);
  }

  private static int parameters(DiscriminatorSettings settings) {
    return Discriminators.create(settings, Precision.FP32).tensors().stream()
        .filter(tensor -> !tensor.buffer())
        .mapToInt(TensorSpec::size)
        .sum();
  }

  private float[] logits(String name, Precision precision) {
    DiscriminatorNetwork network = network(name, precision);
    new FlatParameters(network, manager).initialise(2);
    return network.forward(noise(2, 48), true).toFloatArray();
  }

  private static NDArray loss(DiscriminatorNetwork network, NDArray images) {
    NDArray logits = network.forward(images, true);
    return logits.mul(logits).mean();
  }

  private static double lossAt(
      DiscriminatorNetwork network,
      FlatParameters parameters,
      NDArray images,
      FloatBuffer direction,
      double step) {
    FloatBuffer values = parameters.values();
    for (int i = 0; i < values.limit(); i++) {
      values.put(i, (float) (values.get(i) + step * direction.get(i)));
    }
    return loss(network, images).getFloat();
  }

  private static DiscriminatorNetwork network(String name, Precision precision) {
    return Discriminators.create(new DiscriminatorSettings(name, 4, 0, 3, 8), precision);
  }

  private NDArray noise(int count, int side) {
    SplittableRandom random = Seeds.random(1, "noise", count, side);
    float[] values = new float[count * 3 * side * side];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-2, 2);
    }
    return manager.create(values, new Shape(count, 3, side, side));
  }

  private static float[] copy(FloatBuffer values) {
    float[] copy = new float[values.limit()];
    values.duplicate().rewind().get(copy);
    return copy;
  }
}
