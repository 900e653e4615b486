package io.sparksr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A training step is PyTorch's: output, loss, gradients, batch norm and Adam, for the tutorial's
 * SRResNet. The reference is written by {@code src/test/python/make_parity.py}.
 */
class TorchParityTest {
  private static final String FILE = "parity-v1.safetensors";
  private static final double RATE = 1e-3;
  private static final int STEPS = 20;
  private static final int BATCHES = 4;

  private final NDManager manager = NDManager.newBaseManager();
  private final SuperResolutionNetwork network =
      Networks.create(new NetworkSettings("srresnet", 8, 2, 9, 3, 4), Precision.FP32);
  private Map<String, NamedTensor> reference;
  private FlatParameters parameters;
  private FlatAdam adam;
  private Loss mse;

  @BeforeEach
  void startAtPyTorchsWeights() throws IOException {
    try (InputStream in = TorchParityTest.class.getResourceAsStream(FILE)) {
      reference = Safetensors.read(in.readAllBytes(), FILE);
    }
    parameters = new FlatParameters(network, manager);
    parameters.load(section("start/"), FILE);
    adam = new FlatAdam(parameters, new AdamSettings(0.9, 0.999, 1e-8, 0, false));
    mse = Losses.create("mse", manager);
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @Test
  void tensorsAreThoseOfTheStateDictInItsOrder() {
    assertThat(section("start/").keySet())
        .containsExactlyInAnyOrderElementsOf(
            network.tensors().stream().map(TensorSpec::name).toList());
  }

  @Test
  void outputLossAndEveryGradientOfTheFirstStepAgree() {
    try (Gradients gradients = Gradients.record()) {
      NDArray sr = network.forward(input("lr/0"), true);
      NDArray loss = mse.apply(sr, input("hr/0"));
      gradients.backward(loss, 1);
      assertThat(distance(FloatBuffer.wrap(sr.toFloatArray()), values("sr"))).isLessThan(1e-5);
      assertThat((double) loss.getFloat())
          .isCloseTo(values("loss").get(0), within(1e-5 * values("loss").get(0)));
    }
    FloatBuffer flat = parameters.gradients();
    double largest = 0;
    for (FloatBuffer gradient :
        section("gradient/").values().stream().map(NamedTensor::values).toList()) {
      for (int i = 0; i < gradient.limit(); i++) {
        largest = Math.max(largest, Math.abs(gradient.get(i)));
      }
    }
    int offset = 0;
    for (TensorSpec spec : network.tensors()) {
      if (!spec.buffer()) {
        FloatBuffer expected = values("gradient/" + spec.name());
        for (int i = 0; i < spec.size(); i++) {
          assertThat((double) flat.get(offset + i))
              .as(spec.name())
              .isCloseTo(expected.get(i), within(1e-4 * largest));
        }
        offset += spec.size();
      }
    }
  }

  @Test
  void weightsAndStatisticsAgreeAfterOneAndTwentySteps() {
    FloatBuffer losses = values("loss");
    for (int step = 0; step < STEPS; step++) {
      parameters.zeroGradients();
      try (Gradients gradients = Gradients.record()) {
        NDArray loss =
            mse.apply(
                network.forward(input("lr/" + step % BATCHES), true),
                input("hr/" + step % BATCHES));
        gradients.backward(loss, 1);
        assertThat((double) loss.getFloat())
            .as("loss of step %d", step)
            .isCloseTo(losses.get(step), within(1e-5 * losses.get(step)));
      }
      parameters.gradients();
      adam.step(RATE);
      if (step == 0) {
        assertAgree("step1/");
      }
    }
    assertAgree("step20/");
  }

  private void assertAgree(String prefix) {
    List<NamedTensor> actual = parameters.tensors();
    double difference = 0;
    double norm = 0;
    for (NamedTensor tensor : actual) {
      if (hasNoInfluence(tensor.name())) {
        continue;
      }
      FloatBuffer expected = values(prefix + tensor.name());
      difference += square(tensor.values(), expected);
      norm += square(FloatBuffer.allocate(expected.limit()), expected);
    }
    assertThat(Math.sqrt(difference / norm)).as(prefix).isLessThan(1e-4);
  }

  /**
   * Batch norm removes the bias of the convolution before it: its gradient is zero but for
   * rounding, which Adam scales up to whole steps of random sign.
   */
  private boolean hasNoInfluence(String name) {
    return name.endsWith("conv_block.0.bias")
        && reference.containsKey("start/" + name.replace("0.bias", "1.running_mean"));
  }

  private static double distance(FloatBuffer a, FloatBuffer b) {
    return Math.sqrt(square(a, b) / square(FloatBuffer.allocate(b.limit()), b));
  }

  private static double square(FloatBuffer a, FloatBuffer b) {
    assertThat(a.limit()).isEqualTo(b.limit());
    double sum = 0;
    for (int i = 0; i < b.limit(); i++) {
      sum += Math.pow(a.get(i) - (double) b.get(i), 2);
    }
    return sum;
  }

  private NDArray input(String name) {
    NamedTensor tensor = reference.get(name);
    float[] values = new float[tensor.values().limit()];
    tensor.values().duplicate().rewind().get(values);
    return manager.create(values, new Shape(tensor.shape()));
  }

  private FloatBuffer values(String name) {
    return reference.get(name).values();
  }

  private Map<String, NamedTensor> section(String prefix) {
    Map<String, NamedTensor> section = new LinkedHashMap<>();
    reference.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            String plain = name.substring(prefix.length());
            section.put(plain, new NamedTensor(plain, tensor.shape(), tensor.values()));
          }
        });
    return section;
  }
}
