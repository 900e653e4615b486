package io.sparksr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.sparksr.core.Seeds;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every network of the catalogue must keep. */
class NetworkContractTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void closeManager() {
    manager.close();
  }

  static Stream<String> names() {
    return StreamSupport.stream(Networks.names().spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("names")
  void enlargesByEveryScale(String name) {
    for (int scale : new int[] {2, 3, 4, 8}) {
      SuperResolutionNetwork network = network(name, 4, 1, scale);
      new FlatParameters(network, manager).initialise(1);
      NDArray sr = network.forward(noise(2, 5, 7), false);
      assertThat(sr.getShape()).isEqualTo(new Shape(2, 3, 5L * scale, 7L * scale));
      assertThat(network.getOutputShapes(new Shape[] {new Shape(2, 3, 5, 7)})[0])
          .isEqualTo(sr.getShape());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void seesNoFurtherThanItsReceptiveRadiusAndNearlyAsFar(String name) {
    SuperResolutionNetwork network = network(name, 6, 2, 4);
    new FlatParameters(network, manager).initialise(3);
    int radius = network.receptiveRadius();
    int side = 2 * radius + 5;
    NDArray lr = noise(1, 1, side);
    float[] before = network.forward(lr, false).toFloatArray();
    int changed = radius + 2;
    float[] pixels = lr.toFloatArray();
    for (int c = 0; c < 3; c++) {
      pixels[c * side + changed] += 5;
    }
    float[] after =
        network.forward(manager.create(pixels, new Shape(1, 3, 1, side)), false).toFloatArray();
    int furthest = 0;
    for (int i = 0; i < before.length; i++) {
      if (before[i] != after[i]) {
        furthest = Math.max(furthest, Math.abs(i % (4 * side) / 4 - changed));
      }
    }
    assertThat(furthest).isBetween(radius - 2, radius);
  }

  @ParameterizedTest
  @MethodSource("names")
  void gradientsAgreeWithFiniteDifferences(String name) {
    SuperResolutionNetwork network = network(name, 4, 1, 2);
    FlatParameters parameters = new FlatParameters(network, manager);
    parameters.initialise(5);
    Loss loss = Losses.create("mse", manager);
    NDArray lr = noise(2, 6, 6);
    NDArray hr = noise(2, 12, 12);
    float[] statistics = copy(parameters.statistics());
    backward(network, loss, lr, hr);
    FloatBuffer gradients = parameters.gradients();
    // Along a random half of the gradient itself the slope is large against float rounding.
    SplittableRandom random = new SplittableRandom(9);
    float[] direction = new float[gradients.limit()];
    double norm = 0;
    for (int i = 0; i < direction.length; i++) {
      norm += gradients.get(i) * (double) gradients.get(i);
    }
    norm = Math.sqrt(norm);
    double slope = 0;
    for (int i = 0; i < direction.length; i++) {
      direction[i] = random.nextBoolean() ? (float) (gradients.get(i) / norm) : 0;
      slope += direction[i] * (double) gradients.get(i);
    }
    double step = 1e-3;
    double up = lossAt(network, parameters, loss, lr, hr, direction, step);
    double down = lossAt(network, parameters, loss, lr, hr, direction, -2 * step);
    parameters.statistics().put(statistics);
    assertThat((up - down) / (2 * step)).isCloseTo(slope, within(0.02 * slope));
  }

  @ParameterizedTest
  @MethodSource("names")
  void gradientsAddUpUntilTheyAreZeroed(String name) {
    SuperResolutionNetwork network = network(name, 4, 1, 2);
    FlatParameters parameters = new FlatParameters(network, manager);
    parameters.initialise(5);
    Loss loss = Losses.create("l1", manager);
    NDArray lr = noise(2, 6, 6);
    NDArray hr = noise(2, 12, 12);
    backward(network, loss, lr, hr);
    float[] once = copy(parameters.gradients());
    backward(network, loss, lr, hr);
    float[] twice = copy(parameters.gradients());
    parameters.zeroGradients();
    assertThat(copy(parameters.gradients())).containsOnly(0f);
    backward(network, loss, lr, hr);
    for (int i = 0; i < once.length; i++) {
      assertThat(twice[i]).isCloseTo(2 * once[i], within(1e-5f + Math.abs(once[i]) * 1e-3f));
    }
    assertThat(copy(parameters.gradients())).containsExactly(once, within(1e-5f));
  }

  @ParameterizedTest
  @MethodSource("names")
  void initialValuesDependOnTheSeedAlone(String name) {
    float[] first = initial(name, 7);
    assertThat(initial(name, 7)).containsExactly(first);
    assertThat(initial(name, 8)).isNotEqualTo(first);
  }

  @ParameterizedTest
  @MethodSource("names")
  void bfloat16GivesNearlyTheSame(String name) {
    float[] exact = enlarge(name, Precision.FP32);
    float[] rough = enlarge(name, Precision.BF16);
    assertThat(rough).isNotEqualTo(exact);
    for (int i = 0; i < exact.length; i++) {
      assertThat(rough[i]).isCloseTo(exact[i], within(0.05f));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void stepsLeaveNoArraysBehind(String name) {
    SuperResolutionNetwork network = network(name, 4, 1, 2);
    FlatParameters parameters = new FlatParameters(network, manager);
    parameters.initialise(5);
    Loss loss = Losses.create("l1", manager);
    FlatAdam adam = new FlatAdam(parameters, new AdamSettings(0.9, 0.999, 1e-8, 0, false));
    int[] open = new int[3];
    for (int i = 0; i < open.length; i++) {
      try (NDManager step = manager.newSubManager()) {
        backward(network, loss, noise(step, 2, 6, 6), noise(step, 2, 12, 12));
      }
      parameters.gradients();
      adam.step(1e-3);
      parameters.zeroGradients();
      open[i] = manager.getManagedArrays().size();
    }
    assertThat(open[2]).isEqualTo(open[1]);
  }

  @ParameterizedTest
  @MethodSource("names")
  void isADjlBlock(String name) {
    SuperResolutionNetwork network = network(name, 4, 1, 2);
    new FlatParameters(network, manager).initialise(5);
    NDArray lr = noise(1, 4, 4);
    NDArray viaBlock =
        network
            .forward(new ParameterStore(manager, false), new NDList(lr), false)
            .singletonOrThrow();
    assertThat(viaBlock.toFloatArray()).containsExactly(network.forward(lr, false).toFloatArray());
  }

  private float[] enlarge(String name, Precision precision) {
    SuperResolutionNetwork network =
        Networks.create(new NetworkSettings(name, 8, 2, 9, 3, 4), precision);
    new FlatParameters(network, manager).initialise(2);
    return network.forward(noise(1, 8, 8), false).toFloatArray();
  }

  private float[] initial(String name, long seed) {
    FlatParameters parameters = new FlatParameters(network(name, 4, 1, 2), manager);
    parameters.initialise(seed);
    return copy(parameters.values());
  }

  private static double lossAt(
      SuperResolutionNetwork network,
      FlatParameters parameters,
      Loss loss,
      NDArray lr,
      NDArray hr,
      float[] direction,
      double step) {
    FloatBuffer values = parameters.values();
    for (int i = 0; i < direction.length; i++) {
      values.put(i, (float) (values.get(i) + step * direction[i]));
    }
    return loss.apply(network.forward(lr, true), hr).getFloat();
  }

  private static void backward(SuperResolutionNetwork network, Loss loss, NDArray lr, NDArray hr) {
    try (Gradients gradients = Gradients.record()) {
      gradients.backward(loss.apply(network.forward(lr, true), hr), 1);
    }
  }

  private static SuperResolutionNetwork network(String name, int channels, int blocks, int scale) {
    return Networks.create(
        new NetworkSettings(name, channels, blocks, 5, 3, scale), Precision.FP32);
  }

  private NDArray noise(int count, int height, int width) {
    return noise(manager, count, height, width);
  }

  private static NDArray noise(NDManager owner, int count, int height, int width) {
    SplittableRandom random = Seeds.random(1, "noise", count, height, width);
    float[] values = new float[count * 3 * height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble();
    }
    return owner.create(values, new Shape(count, 3, height, width));
  }

  private static float[] copy(FloatBuffer values) {
    float[] copy = new float[values.limit()];
    values.duplicate().rewind().get(copy);
    return Arrays.copyOf(copy, copy.length);
  }
}
