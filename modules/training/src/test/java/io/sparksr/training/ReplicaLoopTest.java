package io.sparksr.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.Safetensors;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaLoopTest {
  /** Checkpoints hold the moving average of the weights. */
  private static final String AVERAGED = "train.ema-decay=0.9";

  /** A learning rate so high that the loss overflows within a few steps. */
  private static final String OVERFLOWING = "train.learning-rate=1e12";

  @TempDir private Path folder;
  private TrainingFixture fixture;

  @BeforeEach
  void makeShards() throws IOException {
    fixture = new TrainingFixture(folder);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void replicasWithoutBatchNormEqualOneOnTheWholeBatch(int replicas) throws IOException {
    Map<String, NamedTensor> one = fixture.train(fixture.plan("msrresnet", "one", 1, 50));
    Map<String, NamedTensor> many = fixture.train(fixture.plan("msrresnet", "many", replicas, 50));
    assertThat(relativeDifference(many, one)).isLessThan(1e-5);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void replicasWithSynchronisedBatchNormEqualOneOnTheWholeBatch(int replicas) throws IOException {
    Map<String, NamedTensor> one =
        fixture.train(
            fixture.plan(
                "srresnet", "one", 1, 50, "train.global-batch=16", "train.batch-norm=sync"));
    Map<String, NamedTensor> many =
        fixture.train(
            fixture.plan(
                "srresnet",
                "many",
                replicas,
                50,
                "train.global-batch=16",
                "train.batch-norm=sync"));
    assertThat(relativeDifference(many, one)).isLessThan(1e-5);
  }

  @Test
  void localBatchNormDiffersFromTheWholeBatchButStaysNear() throws IOException {
    Map<String, NamedTensor> one = fixture.train(fixture.plan("srresnet", "one", 1, 20));
    Map<String, NamedTensor> two = fixture.train(fixture.plan("srresnet", "two", 2, 20));
    assertThat(relativeDifference(two, one)).isBetween(1e-5, 0.2);
  }

  @ParameterizedTest
  @CsvSource({"srresnet,mse", "msrresnet,l1", "msrresnet,charbonnier"})
  void resumedTrainingEndsWithTheSameBytes(String network, String loss) throws IOException {
    String setting = "train.loss=" + loss;
    Map<String, NamedTensor> straight =
        fixture.train(fixture.plan(network, "straight", 2, 23, setting));
    fixture.train(fixture.plan(network, "resumed", 2, 13, setting));
    Map<String, NamedTensor> resumed =
        fixture.train(fixture.plan(network, "resumed", 2, 23, setting));
    assertThat(relativeDifference(resumed, straight)).isZero();
    assertThat(MetricsLog.read(fixture.files, fixture.run("resumed")))
        .extracting(MetricsLine::step)
        .containsExactly(5L, 10L, 13L, 15L, 20L, 23L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"srresnet", "msrresnet"})
  void checkpointsHoldTheMovingAverageAndResumeFromWhatIsTrained(String network)
      throws IOException {
    Map<String, NamedTensor> plain = fixture.train(fixture.plan(network, "plain", 2, 23));
    Map<String, NamedTensor> average =
        fixture.train(fixture.plan(network, "average", 2, 23, AVERAGED));
    assertThat(relativeDifference(average, plain)).isBetween(1e-4, 0.5);
    assertThat(trained("average", 23)).isEqualTo(flat(plain, false));

    fixture.train(fixture.plan(network, "resumed", 2, 13, AVERAGED));
    Map<String, NamedTensor> resumed =
        fixture.train(fixture.plan(network, "resumed", 2, 23, AVERAGED));
    assertThat(relativeDifference(resumed, average)).isZero();
    assertThat(trained("resumed", 23)).isEqualTo(trained("average", 23));
  }

  @Test
  void copiesBetweenHostAndDeviceChangeNothing() throws IOException {
    ComputeDevice copying = new ComputeDevice(ComputeDevice.Kind.CPU_WITH_COPIES, 0);
    Map<String, NamedTensor> shared =
        fixture.train(fixture.plan("srresnet", "shared", 2, 23, AVERAGED));
    fixture.train(fixture.plan("srresnet", "copied", 2, 13, AVERAGED), copying);
    Map<String, NamedTensor> copied =
        fixture.train(fixture.plan("srresnet", "copied", 2, 23, AVERAGED), copying);
    assertThat(relativeDifference(copied, shared)).isZero();
    assertThat(trained("copied", 23)).isEqualTo(trained("shared", 23));
  }

  /** The trained parameters of a checkpoint whose model is their average. */
  private List<Float> trained(String run, long step) throws IOException {
    String uri =
        new CheckpointStore(fixture.files, fixture.run(run)).uri(step) + "/optimizer.safetensors";
    Map<String, NamedTensor> state = Safetensors.read(fixture.files.readBytes(uri), uri);
    return flat(Map.of("raw.values", state.get("raw.values")), true);
  }

  private static List<Float> flat(Map<String, NamedTensor> tensors, boolean statistics) {
    List<Float> values = new ArrayList<>();
    tensors.forEach(
        (name, tensor) -> {
          for (int i = 0; i < tensor.values().limit(); i++) {
            if (statistics || !name.contains("running")) {
              values.add(tensor.values().get(i));
            }
          }
        });
    return values;
  }

  @Test
  void brokenAndHalfWrittenCheckpointsAreSkipped() throws IOException {
    TrainingPlan plan = fixture.plan("msrresnet", "run", 1, 30);
    Map<String, NamedTensor> before = fixture.train(plan);
    CheckpointStore checkpoints = new CheckpointStore(fixture.files, plan.outputUri());
    assertThat(checkpoints.latest()).hasValue(30L);
    Files.delete(Path.of(checkpoints.uri(30), "state.json"));
    assertThat(checkpoints.latest()).hasValue(20L);
    Path weights = Path.of(checkpoints.uri(20), "model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length / 2] ^= 1;
    Files.write(weights, bytes);
    assertThat(checkpoints.latest()).hasValue(10L);
    assertThatThrownBy(() -> checkpoints.state(20))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("model.safetensors is damaged");
    assertThat(relativeDifference(fixture.train(plan), before)).isZero();
  }

  @Test
  void aDivergedRunStopsAndKeepsItsLastGoodCheckpoint() throws IOException {
    TrainingPlan plan = fixture.plan("msrresnet", "run", 1, 40, OVERFLOWING);
    assertThatThrownBy(() -> fixture.train(plan))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("training diverged: the loss is ");
    assertThat(new CheckpointStore(fixture.files, plan.outputUri()).latest()).isEmpty();
  }

  @Test
  void onlyTheNewestCheckpointsStay() throws IOException {
    TrainingPlan plan = fixture.plan("msrresnet", "run", 1, 50);
    fixture.train(plan);
    try (var names = Files.list(Path.of(plan.outputUri(), "checkpoints"))) {
      assertThat(names.map(p -> p.getFileName().toString()).sorted().toList())
          .isEqualTo(List.of("step-00000030", "step-00000040", "step-00000050"));
    }
  }

  @Test
  void trainingLowersTheLossAndLogsEveryStepOnce() throws IOException {
    TrainingPlan plan = fixture.plan("msrresnet", "run", 2, 60);
    fixture.train(plan);
    List<MetricsLine> lines = MetricsLog.read(fixture.files, plan.outputUri());
    assertThat(lines).hasSize(12);
    assertThat(lines.get(11).loss()).isLessThan(0.5 * lines.get(0).loss());
    assertThat(lines.get(11).epoch()).isEqualTo(10.0);
    String text =
        Files.readString(Path.of(MetricsLog.uri(plan.outputUri())), StandardCharsets.UTF_8);
    assertThat(text.lines().findFirst().orElseThrow())
        .startsWith("{\"step\":5,\"epoch\":")
        .contains("\"learningRate\":0.001", "\"imagesPerSecond\":", "\"communicateMillis\":");
  }

  @Test
  void aChangedConfigurationIsRefusedWithEachDifference() {
    Map<String, String> saved = fixture.plan("msrresnet", "run", 1, 10).identity();
    Map<String, String> other = fixture.plan("srresnet", "run", 4, 99).identity();
    TrainingIdentity.requireEqual(saved, fixture.plan("msrresnet", "x", 4, 99).identity(), "c");
    assertThatThrownBy(
            () -> TrainingIdentity.requireEqual(saved, other, "run/checkpoints/step-00000010"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "network.name: was msrresnet in run/checkpoints/step-00000010, now srresnet. Set it back, train into another --output, or accept it: --override");
  }

  private static double relativeDifference(
      Map<String, NamedTensor> actual, Map<String, NamedTensor> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    double difference = 0;
    double norm = 0;
    for (Map.Entry<String, NamedTensor> entry : expected.entrySet()) {
      FloatBuffer a = actual.get(entry.getKey()).values();
      FloatBuffer e = entry.getValue().values();
      for (int i = 0; i < e.limit(); i++) {
        difference += Math.pow(a.get(i) - (double) e.get(i), 2);
        norm += Math.pow(e.get(i), 2);
      }
    }
    return Math.sqrt(difference / norm);
  }
}
