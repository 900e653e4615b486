package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.NetworkSettings;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainJobIT {
  @TempDir private static Path root;
  private static JavaSparkContext spark;

  @BeforeAll
  static void makeShards() throws IOException {
    spark = LocalSpark.start("local[2,4]", new SparkConf());
    TrainedPipeline.makeShards(spark, root);
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @AfterEach
  void stopFailing() {
    FailingFileSystem.failNever();
  }

  @Test
  void twoReplicasOverTheRingEqualOne() throws IOException {
    TrainJob.Result one = train(request("one", 1, 20));
    TrainJob.Result two = train(request("two", 2, 20));
    assertThat(difference(two, one)).isLessThan(1e-5);
    assertThat(two.firstStep()).isZero();
    assertThat(two.lastStep()).isEqualTo(20);
    assertThat(two.lastMetrics().orElseThrow().step()).isEqualTo(20);
    Path run = root.resolve("two");
    assertThat(run.resolve("config.conf")).exists();
    assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(4);
    assertThat(Files.readString(run.resolve("report.html"))).contains("Training of msrresnet");
  }

  @Test
  void anEncryptedRingGivesTheSameBytes() throws IOException {
    TrainJob.Result plain = train(request("plain", 2, 10));
    TrainJob.Request request = request("encrypted", 2, 10);
    try (CapturedLog log = new CapturedLog()) {
      TrainJob.Result encrypted =
          train(
              new TrainJob.Request(
                  request.shards(),
                  request.output(),
                  request.resume(),
                  request.network(),
                  TrainedPipeline.settings(2, 10, "train.encrypt=on"),
                  ""));
      assertThat(difference(encrypted, plain)).isZero();
      assertThat(log.text()).contains("rank=1 joined 2 replicas over TLS 1.3");
    }
  }

  @Test
  void anotherNumberOfReplicasMayResumeARun() throws IOException {
    TrainJob.Result straight = train(request("straight", 1, 20));
    train(request("elastic", 2, 10));
    TrainJob.Result elastic = train(request("elastic", 1, 20));
    assertThat(elastic.firstStep()).isEqualTo(10);
    assertThat(difference(elastic, straight)).isLessThan(1e-5);
  }

  @Test
  void failedReplicasStartAgainByThemselvesAndEndWithTheSameBytes() throws IOException {
    TrainJob.Result undisturbed = train(request("undisturbed", 2, 20));
    FailingFileSystem.failOnceOn("step-00000010/state.json");
    TrainJob.Result disturbed =
        train(TrainedPipeline.request(root, "failing:" + root.resolve("disturbed"), 2, 20));
    assertThat(disturbed.firstStep()).isZero();
    assertThat(difference(disturbed, undisturbed)).isZero();
  }

  @Test
  void aRunThatFailedForGoodGoesOnWhereItStopped() throws IOException {
    TrainJob.Result straight = train(request("whole", 2, 20));
    FailingFileSystem.failOn("step-00000010/state.json");
    TrainJob.Request request =
        TrainedPipeline.request(
            root, "failing:" + root.resolve("stopped"), 2, 20, "train.max-failures=2");
    try (CapturedLog log = new CapturedLog()) {
      assertThatThrownBy(() -> train(request)).hasStackTraceContaining("the disk is full");
      // It tried twice, and counted each once, however many replicas fell.
      assertThat(log.text())
          .containsOnlyOnce("replicas failed, 1 of 2 times since the last checkpoint")
          .containsOnlyOnce("replicas failed, 2 of 2 times since the last checkpoint");
      assertThat(log.text().split("replica failed: rank 0 on .*the disk is full", -1)).hasSize(3);
    }
    FailingFileSystem.failNever();
    TrainJob.Result resumed = train(request);
    assertThat(resumed.firstStep()).isEqualTo(5);
    assertThat(difference(resumed, straight)).isZero();
  }

  @Test
  void resumingAtAStepRemovesNewerCheckpoints() throws IOException {
    TrainJob.Request whole = request("back", 1, 20);
    TrainJob.Result before = train(whole);
    TrainJob.Result again =
        train(
            new TrainJob.Request(
                whole.shards(),
                whole.output(),
                Resume.parse("10"),
                whole.network(),
                whole.train(),
                ""));
    assertThat(again.firstStep()).isEqualTo(10);
    assertThat(difference(again, before)).isZero();
    assertRefused(
        new TrainJob.Request(
            whole.shards(), whole.output(), Resume.parse("7"), whole.network(), whole.train(), ""),
        "step-00000007: it is not complete (no state.json). Complete checkpoints are at steps"
            + " [5, 10, 15, 20]");
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeTraining() throws IOException {
    TrainJob.Request good = request("refused", 1, 5);
    train(good);
    assertRefused(
        new TrainJob.Request(
            good.shards(), good.output(), Resume.parse("never"), good.network(), good.train(), ""),
        "already holds a run. Choose another --output, or go on with --resume auto");
    assertRefused(
        new TrainJob.Request(
            good.shards(),
            good.output(),
            Resume.parse("auto"),
            new NetworkSettings("msrresnet", 8, 1, 3, 3, 4),
            good.train(),
            ""),
        "network.channels: was 4 in ");
    assertRefused(
        new TrainJob.Request(
            good.shards(),
            root.resolve("scale").toString(),
            Resume.parse("auto"),
            new NetworkSettings("msrresnet", 4, 1, 3, 3, 2),
            good.train(),
            ""),
        "network.scale: is 2, but the shards in ");
    assertRefused(
        new TrainJob.Request(
            root.resolve("nowhere").toString(),
            root.resolve("x").toString(),
            Resume.parse("auto"),
            good.network(),
            good.train(),
            ""),
        "nowhere/manifest.json: not found. ");
    assertRefused(
        request("many", 3, 5),
        "train.replicas: 3 replicas need as many task slots at once, but local[2,4] has 2.");
    assertRefused(
        TrainedPipeline.request(root, root.resolve("photos").toString(), 1, 5),
        "is not empty and holds no run. Choose an empty or new folder as --output");
  }

  private static void assertRefused(TrainJob.Request request, String message) {
    assertThatThrownBy(() -> train(request))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
  }

  private static TrainJob.Request request(String output, int replicas, long steps) {
    return TrainedPipeline.request(root, root.resolve(output).toString(), replicas, steps);
  }

  private static TrainJob.Result train(TrainJob.Request request) throws IOException {
    return new TrainJob(LocalSpark.context(spark)).run(request);
  }

  private static double difference(TrainJob.Result actual, TrainJob.Result expected)
      throws IOException {
    Map<String, NamedTensor> a = TrainedPipeline.weights(actual.checkpoint());
    Map<String, NamedTensor> e = TrainedPipeline.weights(expected.checkpoint());
    assertThat(a.keySet()).isEqualTo(e.keySet());
    double difference = 0;
    double norm = 0;
    for (String name : List.copyOf(e.keySet())) {
      FloatBuffer expectedValues = e.get(name).values();
      for (int i = 0; i < expectedValues.limit(); i++) {
        difference += Math.pow(a.get(name).values().get(i) - (double) expectedValues.get(i), 2);
        norm += Math.pow(expectedValues.get(i), 2);
      }
    }
    return Math.sqrt(difference / norm);
  }
}
