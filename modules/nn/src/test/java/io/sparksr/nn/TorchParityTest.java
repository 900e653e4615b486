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
    int offset = 0;
    for (TensorSpec spec : network.tensors()) {
      if (!spec.buffer()) {
        FloatBuffer actual = flat.slice(offset, spec.size());
        offset += spec.size();
        FloatBuffer expected = values("gradient/" + spec.name());
        if (hasNoInfluence(spec.name())) {
          assertThat(norm(actual))
              .as(spec.name())
              .isLessThan(1e-6 * norm(values("start/" + spec.name())));
        } else {
          assertThat(distance(actual, expected)).as(spec.name()).isLessThan(1e-4);
        }
      }
    }
    assertThat(offset).isEqualTo(flat.limit());
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

  @Test
  void lossInBfloat16StaysNearThatInFloat32() {
    double[] fp32 = losses(Precision.FP32);
    double[] bf16 = losses(Precision.BF16);
    for (int step = 0; step < fp32.length; step++) {
      assertThat(bf16[step])
          .as("loss of step %d", step)
          .isCloseTo(fp32[step], within(0.02 * fp32[step]));
    }
    assertThat(fp32[fp32.length - 1]).isLessThan(0.7 * fp32[0]);
    assertThat(bf16).isNotEqualTo(fp32);
  }

  private double[] losses(Precision precision) {
    SuperResolutionNetwork other = Networks.create(network.settings(), precision);
    FlatParameters values = new FlatParameters(other, manager);
    values.load(section("start/"), FILE);
    FlatAdam optimizer = new FlatAdam(values, new AdamSettings(0.9, 0.999, 1e-8, 0, false));
    double[] losses = new double[200];
    int settled = 0;
    for (int step = 0; step < losses.length; step++) {
      losses[step] = step(other, values, step);
      optimizer.step(1e-4);
      if (step == 2) {
        settled = manager.getManagedArrays().size();
      }
    }
    assertThat(manager.getManagedArrays()).as("arrays that outlive a step").hasSize(settled);
    return losses;
  }

  private double step(SuperResolutionNetwork other, FlatParameters values, int number) {
    values.zeroGradients();
    try (NDManager step = manager.newSubManager();
        Gradients gradients = Gradients.record()) {
      NDArray lr = input("lr/" + number % BATCHES);
      NDArray hr = input("hr/" + number % BATCHES);
      step.attachAll(lr, hr);
      NDArray loss = mse.apply(other.forward(lr, true), hr);
      gradients.backward(loss, 1);
      double value = loss.getFloat();
      values.gradients();
      return value;
    }
  }

  private void assertAgree(String prefix) {
    double difference = 0;
    double norm = 0;
    for (NamedTensor tensor : parameters.tensors()) {
      if (hasNoInfluence(tensor.name())) {
        continue;
      }
      FloatBuffer expected = values(prefix + tensor.name());
      difference += square(tensor.values(), expected);
      norm += square(expected, FloatBuffer.allocate(expected.limit()));
      if (prefix.equals("step1/") || !followsBiasWithoutInfluence(tensor.name())) {
        assertThat(distance(tensor.values(), expected)).as(prefix + tensor.name()).isLessThan(1e-4);
      }
    }
    assertThat(Math.sqrt(difference / norm)).as(prefix).isLessThan(1e-4);
  }

  /** From the second step on the running mean holds that bias, and so its random steps. */
  private boolean followsBiasWithoutInfluence(String name) {
    return name.endsWith("running_mean")
        && hasNoInfluence(name.replace("1.running_mean", "0.bias"));
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
    return Math.sqrt(square(a, b)) / norm(b);
  }

  private static double norm(FloatBuffer a) {
    return Math.sqrt(square(a, FloatBuffer.allocate(a.limit())));
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
