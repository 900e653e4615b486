package io.sparksr.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparksr.collective.SoloCommunicator;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.data.Batch;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Precision;
import io.sparksr.nn.Safetensors;
import io.sparksr.nn.TensorSpec;
import io.sparksr.nn.Vgg19Features;
import io.sparksr.nn.VggCut;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Five iterations are the tutorial's as PyTorch computes them; the reference is written by {@code
 * make_srgan.py}, which also says how to compare networks of full size.
 */
class SrGanParityTest {
  private static final String FILE = "srgan-v1.safetensors";
  private static final double BETA = 1e-3;

  @TempDir private Path folder;
  private TrainingFixture fixture;
  private Map<String, NamedTensor> reference;

  @BeforeEach
  void readReference() throws IOException {
    fixture = new TrainingFixture(folder);
    String given = System.getProperty("sparksr.srgan.reference", "");
    if (given.isEmpty()) {
      try (InputStream in = SrGanParityTest.class.getResourceAsStream(FILE)) {
        reference = Safetensors.read(in.readAllBytes(), FILE);
      }
    } else {
      reference = Safetensors.read(Files.readAllBytes(Path.of(given)), given);
    }
  }

  @ParameterizedTest
  @EnumSource(BatchNormChoice.class)
  void lossesAndWeightsOfFiveIterationsArePyTorchs(BatchNormChoice batchNorm) throws IOException {
    TrainingPlan plan = plan();
    double rate = reference.get("rate").values().get(0);
    try (SrGanStep step =
        new SrGanStep(
            plan, InitialGenerator.of(plan, fixture.files), fixture.files, ComputeDevice.cpu())) {
      step.discriminator().start(section("discriminator/start/"), FILE);
      Averaging averaging = new Averaging(new SoloCommunicator(), new StepClock(), batchNorm);
      for (int i = 0; i < 5; i++) {
        assertLosses(i, step.run(batch(i), 1, rate, averaging));
      }
      assertUpdates("generator", step.generator());
      assertUpdates("discriminator", step.discriminator());
    }
  }

  @ParameterizedTest
  @EnumSource(BatchNormChoice.class)
  void generatorsUpdateLeavesTheDiscriminatorAsItWas(BatchNormChoice batchNorm) throws IOException {
    TrainingPlan plan = plan();
    try (SrGanStep step =
        new SrGanStep(
            plan, InitialGenerator.of(plan, fixture.files), fixture.files, ComputeDevice.cpu())) {
      Averaging averaging = new Averaging(new SoloCommunicator(), new StepClock(), batchNorm);
      step.run(batch(0), 1, 1e-3, averaging);
      float[] values = copy(step.discriminator().parameters().values());
      try (SrGanStep.Iteration iteration =
          step.new Iteration(batch(1), 1, new double[6], averaging)) {
        iteration.updateGenerator(1e-3);
        assertThat(isZero(step.generator().parameters().gradients())).isFalse();
        assertThat(isZero(step.discriminator().parameters().gradients())).isTrue();
        assertThat(step.discriminator().parameters().values()).isEqualTo(FloatBuffer.wrap(values));
        iteration.updateDiscriminator(1e-3);
      }
      assertThat(step.discriminator().parameters().values()).isNotEqualTo(FloatBuffer.wrap(values));
    }
  }

  private void assertLosses(int iteration, double[] losses) {
    FloatBuffer expected = reference.get("losses").values().slice(5 * iteration, 5);
    double total = expected.get(0) + BETA * expected.get(1);
    assertThat(losses[0]).as("loss").isCloseTo(total, within(1e-4 * total));
    for (int i = 0; i < 5; i++) {
      assertThat(losses[i + 1])
          .as("iteration %d, loss %d", iteration, i)
          .isCloseTo(expected.get(i), within(1e-4 * Math.abs(expected.get(i))));
    }
  }

  private void assertUpdates(String network, TrainedNetwork trained) {
    double difference = 0;
    double norm = 0;
    double moved = 0;
    for (NamedTensor tensor : trained.parameters().tensors()) {
      FloatBuffer start = reference.get(network + "/start/" + tensor.name()).values();
      FloatBuffer end = reference.get(network + "/end/" + tensor.name()).values();
      if (hasNoInfluence(network + "/end/" + tensor.name())) {
        continue;
      }
      for (int i = 0; i < end.limit(); i++) {
        difference += Math.pow(tensor.values().get(i) - (double) end.get(i), 2);
        norm += Math.pow(end.get(i), 2);
        moved += Math.pow(end.get(i) - (double) start.get(i), 2);
      }
    }
    assertThat(Math.sqrt(difference / norm)).as(network).isLessThan(1e-3);
    assertThat(Math.sqrt(difference / moved)).as(network + "'s way").isLessThan(0.03);
  }

  /**
   * Batch norm removes the bias of the convolution before it: its gradient is zero but for
   * rounding, which Adam scales up to whole steps; the running mean follows it.
   */
  private boolean hasNoInfluence(String name) {
    return name.endsWith("1.running_mean")
        || (name.endsWith("conv_block.0.bias")
            && reference.containsKey(name.replace("0.bias", "1.running_mean")));
  }

  private TrainingPlan plan() throws IOException {
    FloatBuffer sizes = reference.get("sizes").values();
    int[] size = new int[sizes.limit()];
    for (int i = 0; i < size.length; i++) {
      size[i] = (int) sizes.get(i);
    }
    VggCut cut = new VggCut(size[4], size[5], VggCut.Activation.AFTER);
    NetworkSettings network = new NetworkSettings("srresnet", size[0], size[1], 9, 3, 4);
    Objective objective =
        new Objective(Objective.Kind.ADVERSARIAL, writeGenerator(network), writeVgg(cut));
    return fixture.plan(
        objective,
        "srresnet",
        "run",
        1,
        5,
        "network.channels=" + size[0],
        "network.blocks=" + size[1],
        "network.large-kernel=9",
        "network.scale=4",
        "train.threads=2",
        "train.gan.vgg.cut.pool=" + size[4],
        "train.gan.vgg.cut.convolution=" + size[5],
        "train.gan.discriminator.channels=" + size[2],
        "train.gan.discriminator.hidden=" + size[3]);
  }

  private String writeGenerator(NetworkSettings network) throws IOException {
    String uri = folder.resolve("init").toString();
    fixture.files.writeBytes(
        uri + "/" + ModelFolder.DESCRIPTION, JsonCodec.document(ModelDescription.of(network, 0)));
    write(uri + "/" + ModelFolder.WEIGHTS, List.copyOf(section("generator/start/").values()));
    return uri;
  }

  private String writeVgg(VggCut cut) throws IOException {
    List<NamedTensor> tensors = new ArrayList<>();
    for (TensorSpec spec : new Vgg19Features(cut, Precision.FP32).tensors()) {
      long[] shape = spec.shape();
      double bound = Math.sqrt(6 / (shape.length > 1 ? shape[1] * 9.0 : 600.0));
      float[] values = new float[spec.size()];
      for (int i = 0; i < values.length; i++) {
        long bits = mix(((long) tensors.size() << 32) + i * 0x9E3779B97F4A7C15L);
        values[i] = (float) ((bits >>> 40) * 0x1p-24 * 2 * bound - bound);
      }
      tensors.add(new NamedTensor(spec.name(), shape, FloatBuffer.wrap(values)));
    }
    String uri = folder.resolve("vgg.safetensors").toString();
    write(uri, tensors);
    return uri;
  }

  private static long mix(long place) {
    long z = (place ^ (place >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private void write(String uri, List<NamedTensor> tensors) throws IOException {
    try (OutputStream out = fixture.files.create(uri)) {
      Safetensors.write(out, tensors, Map.of());
    }
  }

  private Batch batch(int i) {
    NamedTensor lr = reference.get("lr/" + i);
    return new Batch(
        i,
        0,
        (int) lr.shape()[0],
        direct(lr.values()),
        direct(reference.get("hr/" + i).values()),
        List.of());
  }

  private static ByteBuffer direct(FloatBuffer values) {
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(values.limit() * Float.BYTES).order(ByteOrder.nativeOrder());
    buffer.asFloatBuffer().put(values.duplicate().rewind());
    return buffer;
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

  private static boolean isZero(FloatBuffer values) {
    for (int i = 0; i < values.limit(); i++) {
      if (values.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private static float[] copy(FloatBuffer values) {
    float[] copy = new float[values.limit()];
    values.duplicate().rewind().get(copy);
    return copy;
  }
}
