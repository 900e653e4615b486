package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparksr.core.UserException;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.training.Objective;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainSrGanIT {
  private static final String[] SMALL = {
    "train.gan.vgg.weight=0",
    "train.gan.pixel-weight=1",
    "train.gan.discriminator.name=patch",
    "train.gan.discriminator.channels=4"
  };

  @TempDir private static Path root;
  private static JavaSparkContext spark;
  private static String first;

  @BeforeAll
  static void trainAGenerator() throws IOException {
    spark = LocalSpark.start("local[2]", new SparkConf());
    TrainedPipeline.makeShards(spark, root);
    first = train(TrainedPipeline.request(root, root.resolve("first").toString(), 1, 5)).output();
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void twoReplicasGoOnFromARunAndLeaveWhatTheyStartedFrom() throws IOException {
    String output = root.resolve("gan").toString();
    TrainJob.Result half = train(request(output, 5, Optional.of(first), SMALL));
    TrainJob.Result whole = train(request(output, 10, Optional.of(first), SMALL));
    assertThat(whole.firstStep()).isEqualTo(5);
    assertThat(whole.lastStep()).isEqualTo(10);
    assertThat(whole.lastMetrics().orElseThrow().losses())
        .containsKeys("content", "adversarial", "discriminator", "discriminatorHr");
    Map<String, NamedTensor> initial = TrainedPipeline.weights(output + "/init");
    ModelRef run = ModelRef.resolve(new LocalFileStore(), first);
    assertThat(ModelFolder.fingerprint(new LocalFileStore(), output + "/init"))
        .isEqualTo(run.fingerprint());
    assertThat(TrainedPipeline.weights(half.checkpoint())).hasSameSizeAs(initial);

    String again = root.resolve("straight").toString();
    TrainJob.Result straight = train(request(again, 10, Optional.of(first), SMALL));
    assertThat(Files.readAllBytes(Path.of(whole.checkpoint(), "optimizer.safetensors")))
        .isEqualTo(Files.readAllBytes(Path.of(straight.checkpoint(), "optimizer.safetensors")));
    assertThatThrownBy(() -> train(request(again, 12, Optional.empty(), SMALL)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("--init: was weights with SHA-256")
        .hasMessageContaining("now not set");
  }

  @Test
  void changedSettingsAreAcceptedOnDemandAndShown() throws IOException {
    String output = root.resolve("changed").toString();
    train(request(output, 5, Optional.of(first), SMALL));
    String[] changed = Arrays.copyOf(SMALL, SMALL.length + 2);
    changed[SMALL.length] = "train.gan.adversarial-weight=0.01";
    changed[SMALL.length + 1] = "train.gan.discriminator-rate=0.5";
    TrainJob.Request request = request(output, 10, Optional.empty(), changed);
    assertThatThrownBy(() -> train(request))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("train.gan.adversarial-weight: was 0.001 in ")
        .hasMessageContaining("train.gan.discriminator-rate: was 1.0 in ")
        .hasMessageContaining("--init: was weights with SHA-256")
        .hasMessageContaining("accept it: --override");
    TrainJob.Request accepting =
        new TrainJob.Request(
            request.shards(),
            request.output(),
            request.resume().acceptingChanges(),
            request.network(),
            request.train(),
            request.configuration(),
            request.kind(),
            request.init());
    try (CapturedLog log = new CapturedLog()) {
      TrainJob.Result result = train(accepting);
      assertThat(result.firstStep()).isEqualTo(5);
      assertThat(result.lastStep()).isEqualTo(10);
      assertThat(log.text())
          .contains("accepted: train.gan.adversarial-weight: was 0.001 in ", ", now 0.01")
          .contains("accepted: --init: was weights with SHA-256");
      assertThat(result.lastMetrics().orElseThrow().losses())
          .hasEntrySatisfying(
              "loss",
              loss -> {
                Map<String, Double> losses = result.lastMetrics().orElseThrow().losses();
                assertThat(loss)
                    .isCloseTo(
                        losses.get("content") + 0.01 * losses.get("adversarial"), within(1e-6));
              });
    }
    assertThat(Files.readString(Path.of(output, "report.html"), StandardCharsets.UTF_8))
        .contains("<strong>content</strong>", "<strong>discriminator</strong>");
  }

  @Test
  void aGeneratorThatDoesNotFitIsRefusedWithItsShapes() {
    NetworkSettings wider = new NetworkSettings("msrresnet", 16, 1, 3, 3, 4);
    TrainJob.Request fitting =
        request(root.resolve("none").toString(), 5, Optional.of(first), SMALL);
    TrainJob.Request request =
        new TrainJob.Request(
            fitting.shards(),
            fitting.output(),
            fitting.resume(),
            wider,
            fitting.train(),
            "",
            fitting.kind(),
            fitting.init());
    assertThatThrownBy(() -> train(request))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("--init: " + first + ": does not fit network 'msrresnet': ")
        .hasMessageContaining(", not (16, 3, 3, 3)")
        .hasMessageContaining(
            "network.name = msrresnet, channels = "
                + TrainedPipeline.request(root, "", 1, 1).network().channels());
    assertThat(root.resolve("none")).doesNotExist();
  }

  @Test
  void whatIsMissingIsSaidBeforeAnythingIsWritten() throws IOException {
    String output = root.resolve("none").toString();
    assertThatThrownBy(() -> train(request(output, 5, Optional.of(first))))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("train.vgg19-weights: is not set")
        .hasMessageContaining("vgg19-dcbb9e9d.pth");
    assertThatThrownBy(
            () ->
                train(
                    request(
                        output,
                        5,
                        Optional.empty(),
                        "train.gan.vgg.weight=0",
                        "train.gan.discriminator.name=patch",
                        "train.gan.discriminator.blocks=5")))
        .hasMessageStartingWith(
            "train.gan: its networks need crops of at least 96 pixels, but the shards have 32");
    Path junk = root.resolve("junk.pth");
    Files.writeString(junk, "not weights", StandardCharsets.UTF_8);
    assertThatThrownBy(() -> train(request(output, 5, Optional.of(junk.toString()), SMALL)))
        .hasMessageContaining("junk.pth: neither a PyTorch checkpoint");
    assertThat(root.resolve("none")).doesNotExist();
  }

  private static TrainJob.Request request(
      String output, long steps, Optional<String> init, String... settings) {
    TrainJob.Request plain = TrainedPipeline.request(root, output, 2, steps);
    return new TrainJob.Request(
        plain.shards(),
        output,
        plain.resume(),
        plain.network(),
        TrainedPipeline.settings(2, steps, settings),
        "train {}",
        Objective.Kind.ADVERSARIAL,
        init);
  }

  private static TrainJob.Result train(TrainJob.Request request) throws IOException {
    return new TrainJob(LocalSpark.context(spark)).run(request);
  }
}
