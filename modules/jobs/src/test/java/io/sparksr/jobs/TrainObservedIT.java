package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparksr.core.UserException;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.evaluation.Score;
import io.sparksr.evaluation.report.EvaluationReport.Result;
import io.sparksr.training.CheckpointStore;
import io.sparksr.training.MetricsLine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen of a training while it runs, and how it ends when it should not go on. */
class TrainObservedIT {
  @TempDir private static Path root;
  private static JavaSparkContext spark;

  @BeforeAll
  static void makeShards() throws IOException {
    SparkConf conf =
        new SparkConf()
            .set("spark.ui.port", "0")
            .set(
                "spark.metrics.conf.*.sink.prometheusServlet.class",
                "org.apache.spark.metrics.sink.PrometheusServlet")
            .set("spark.metrics.conf.*.sink.prometheusServlet.path", "/metrics/prometheus");
    spark = LocalSpark.startWithUi("local[2,4]", conf);
    TrainedPipeline.makeShards(spark, root);
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void validationGivesTheScoresOfEvaluateAndNamesTheBest() throws IOException {
    String photos = "photos=" + root.resolve("photos");
    TrainJob.Result run =
        train(
            "validated",
            2,
            10,
            "train.validation.set=[\"" + photos + "\"]",
            "train.validation.every=4");
    MetricsLine last = run.lastMetrics().orElseThrow();
    Score score = last.validation().get("photos");
    List<Result> evaluated =
        new EvaluateJob(LocalSpark.context(spark))
            .run(
                new EvaluateJob.Request(
                    List.of("last=" + run.output() + "@10", "best=" + run.output() + "@best"),
                    List.of(photos),
                    root.resolve("report").toString(),
                    "test",
                    List.of(),
                    new EvaluateSettings(
                        List.of("tutorial"), List.of("psnr", "ssim"), 0, 1 << 20, 128, ""),
                    BrokenImages.FAIL))
            .report()
            .results();
    assertThat(evaluated.get(0).psnr()).isCloseTo(score.psnr(), within(1e-9));
    assertThat(evaluated.get(0).ssim()).isCloseTo(score.ssim(), within(1e-9));
    CheckpointStore checkpoints = new CheckpointStore(new LocalFileStore(), run.output());
    double best = checkpoints.best().orElseThrow().psnr().getAsDouble();
    assertThat(evaluated.get(1).psnr()).isCloseTo(best, within(1e-9));
    assertThat(best).isGreaterThanOrEqualTo(score.psnr());
    assertThat(root.resolve("validated/tensorboard")).isNotEmptyDirectory();
  }

  @Test
  void aBrokenValidationImageIsNamedBeforeTraining() {
    String set = root.resolve("shards").toString();
    assertThatThrownBy(() -> train("broken", 1, 5, "train.validation.set=[\"" + set + "\"]"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(". Mend or remove it, or name other folders in train.validation.set");
    assertThat(root.resolve("broken/checkpoints")).doesNotExist();
  }

  @Test
  void aDivergedLossIsNotTriedAgain() {
    AtomicInteger tasks = new AtomicInteger();
    SparkListener counting =
        new SparkListener() {
          @Override
          public void onTaskStart(SparkListenerTaskStart start) {
            tasks.incrementAndGet();
          }
        };
    spark.sc().addSparkListener(counting);
    try {
      assertThatThrownBy(() -> train("diverged", 2, 40, "train.learning-rate=1e12"))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("training diverged: the loss is ");
    } finally {
      spark.sc().removeSparkListener(counting);
    }
    // Two of the preflight, two replicas.
    assertThat(tasks).hasValue(4);
  }

  @Test
  void aChangedSettingIsAcceptedOnDemandAndShown() throws IOException {
    String run = train("changed", 1, 5).output();
    assertThatThrownBy(() -> ModelRef.resolve(new LocalFileStore(), run + "@best"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(run + ": none of its checkpoints was scored while it was trained");
    assertThatThrownBy(() -> ModelRef.resolve(new LocalFileStore(), run + "@4"))
        .hasMessageContaining("Complete checkpoints are at steps [5]");
    try (CapturedLog log = new CapturedLog()) {
      TrainJob.Request request = request("changed", 1, 10, "train.learning-rate=5e-4");
      TrainJob.Result result =
          new TrainJob(LocalSpark.context(spark))
              .run(
                  new TrainJob.Request(
                      request.shards(),
                      request.output(),
                      request.resume().acceptingChanges(),
                      request.network(),
                      request.train(),
                      request.configuration()));
      assertThat(result.firstStep()).isEqualTo(5);
      assertThat(result.lastMetrics().orElseThrow().learningRate()).isEqualTo(5e-4);
      assertThat(log.text())
          .contains("accepted: train.learning-rate: was 0.001 in ", ", now 5.0E-4");
    }
  }

  @Test
  void prometheusReadsHowTrainingGoesOn() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<TrainJob.Result> training = thread.submit(() -> train("watched", 2, 100_000));
      String metrics =
          Awaitility.await()
              .atMost(Duration.ofSeconds(60))
              .pollInterval(Duration.ofMillis(100))
              .until(
                  TrainObservedIT::metrics,
                  text -> text.contains("sparksr_training_step_Value") && value(text, "step") > 0);
      assertThat(value(metrics, "loss")).isBetween(1e-4, 1.0);
      assertThat(value(metrics, "learningRate")).isEqualTo(1e-3);
      assertThat(value(metrics, "computeMillis")).isPositive();
      assertThat(value(metrics, "failures")).isZero();
      spark.cancelAllJobs();
      assertThatThrownBy(training::get).hasStackTraceContaining("training gave up");
      assertThat(metrics()).doesNotContain("sparksr_training");
    } finally {
      thread.shutdownNow();
    }
    // Cancelled replicas save what they have.
    long saved =
        new CheckpointStore(new LocalFileStore(), root.resolve("watched").toString())
            .latest()
            .orElseThrow();
    assertThat(saved).isPositive();
  }

  @Test
  void replicasThatWaitForSlotsSaySo() {
    try (CapturedLog log = new CapturedLog();
        ExecutorWatch watch =
            new ExecutorWatch(
                spark,
                new ReplicaCount(TrainedPipeline.settings(3, 10), 2, 0),
                List::of,
                Duration.ofMillis(1),
                () -> {})) {
      watch.start();
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> log.text().contains("the replicas wait"));
      assertThat(log.text())
          .contains(
              "the replicas wait: 3 of them need as many task slots at once, but there are 2 now.",
              "give the same command with -D train.replicas=2");
    }
  }

  private static double value(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.contains("sparksr_training_" + name + "_Value"))
        .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }

  private static String metrics() throws IOException, InterruptedException {
    URI uri = URI.create(spark.sc().uiWebUrl().get() + "/metrics/prometheus/");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
        .body();
  }

  private static TrainJob.Request request(
      String output, int replicas, long steps, String... settings) {
    return TrainedPipeline.request(
        root, root.resolve(output).toString(), replicas, steps, settings);
  }

  private static TrainJob.Result train(String output, int replicas, long steps, String... settings)
      throws IOException {
    return new TrainJob(LocalSpark.context(spark)).run(request(output, replicas, steps, settings));
  }
}
