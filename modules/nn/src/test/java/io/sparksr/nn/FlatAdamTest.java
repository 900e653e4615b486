package io.sparksr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlatAdamTest {
  private static final double RATE = 0.01;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @Test
  void addsEpsilonAfterTheBiasCorrection() {
    // With a constant gradient both corrected moments are exact, so each step is rate * g / (|g| +
    // epsilon).
    double epsilon = 0.5;
    FlatParameters parameters = parametersWithGradient(0.25f);
    FlatAdam adam = new FlatAdam(parameters, new AdamSettings(0.9, 0.999, epsilon, 0, false));
    float before = parameters.values().get(0);
    for (int i = 1; i <= 3; i++) {
      adam.step(RATE);
      assertThat(parameters.values().get(0))
          .isCloseTo((float) (before - i * RATE * 0.25 / (0.25 + epsilon)), within(1e-6f));
    }
    assertThat(adam.steps()).isEqualTo(3);
  }

  @Test
  void followsTheMomentsOfChangingGradients() {
    FlatParameters parameters = parametersWithGradient(1f);
    FlatAdam adam = new FlatAdam(parameters, new AdamSettings(0.8, 0.9, 1e-8, 0, false));
    double expected = parameters.values().get(0);
    double m = 0;
    double v = 0;
    double[] gradients = {1, -3, 0.5, 0};
    for (int t = 1; t <= gradients.length; t++) {
      double g = gradients[t - 1];
      parameters.gradients().put(0, (float) g);
      adam.step(RATE);
      m = 0.8 * m + 0.2 * g;
      v = 0.9 * v + 0.1 * g * g;
      expected -=
          RATE * (m / (1 - Math.pow(0.8, t))) / (Math.sqrt(v / (1 - Math.pow(0.9, t))) + 1e-8);
      assertThat(parameters.values().get(0)).isCloseTo((float) expected, within(2e-6f));
    }
  }

  @Test
  void decoupledWeightDecayShrinksTheWeightsThemselves() {
    FlatParameters parameters = parametersWithGradient(0f);
    FlatAdam adam = new FlatAdam(parameters, new AdamSettings(0.9, 0.999, 1e-8, 0.1, true));
    float before = parameters.values().get(0);
    adam.step(RATE);
    assertThat(parameters.values().get(0))
        .isCloseTo((float) (before * (1 - RATE * 0.1)), within(1e-7f));
  }

  @Test
  void clipsByValueAndByNorm() {
    FlatParameters parameters = parametersWithGradient(0f);
    FlatAdam adam = new FlatAdam(parameters, new AdamSettings(0.9, 0.999, 1e-8, 0, false));
    FloatBuffer gradients = parameters.gradients();
    gradients.put(0, 3f).put(1, -4f);
    adam.clipByValue(3.5);
    assertThat(gradients.get(0)).isEqualTo(3f);
    assertThat(gradients.get(1)).isEqualTo(-3.5f);
    gradients.put(1, -4f);
    adam.clipByNorm(1);
    assertThat(gradients.get(0)).isCloseTo(0.6f, within(1e-6f));
    assertThat(gradients.get(1)).isCloseTo(-0.8f, within(1e-6f));
    adam.clipByNorm(10);
    assertThat(gradients.get(1)).isCloseTo(-0.8f, within(1e-6f));
  }

  /** The parameters of a small network whose gradients are all {@code value}. */
  private FlatParameters parametersWithGradient(float value) {
    SuperResolutionNetwork network =
        Networks.create(new NetworkSettings("msrresnet", 2, 1, 3, 3, 2), Precision.FP32);
    FlatParameters parameters = new FlatParameters(network, manager);
    parameters.initialise(1);
    try (Gradients gradients = Gradients.record()) {
      NDArray sr = network.forward(manager.ones(new Shape(1, 3, 2, 2)), true);
      gradients.backward(sr.sum(), 1);
    }
    FloatBuffer all = parameters.gradients();
    for (int i = 0; i < all.limit(); i++) {
      all.put(i, value);
    }
    return parameters;
  }
}
