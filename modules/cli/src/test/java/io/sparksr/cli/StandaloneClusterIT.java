package io.sparksr.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparksr.core.io.LocalFileStore;
import io.sparksr.training.MetricsLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real standalone cluster, started by {@code deploy/standalone/cluster} and used through
 * spark-submit. {@code -Dsparksr.kills=N} sets how many executors the test of failures kills,
 * {@code -Dsparksr.driver-kills=N} how many drivers.
 */
class StandaloneClusterIT {
  private static final int KILLS = Integer.getInteger("sparksr.kills", 1);
  private static final int DRIVER_KILLS = Integer.getInteger("sparksr.driver-kills", 1);
  private static final int CHECKPOINT_EVERY = 25;
  private static final int STEPS = 75 * (KILLS + 2 * DRIVER_KILLS + 9);
  private static final Duration RECOVERY = Duration.ofMinutes(1);

  /** A replica that hangs is noticed by its peers after 5 s and replaced by Spark after 10 s. */
  private static final String PATIENCE =
      " --conf spark.network.timeout=10s --conf spark.network.timeoutInterval=2s";

  private static final String DECOMMISSION = " --conf spark.decommission.enabled=true";

  private static final String MADE_UP_GPU =
      """
      #!/bin/sh
      echo '{"name": "gpu", "addresses": ["7"]}'
      """;

  private static final String GPUS =
      " --conf spark.executor.resource.gpu.amount=1 --conf spark.task.resource.gpu.amount=1";

  private static final List<Process> TRAININGS = new ArrayList<>();

  @TempDir private static Path root;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void startsAndMakesShards() throws Exception {
    assumeTrue(Files.exists(Path.of("target", "sparksr.jar")), "skipped: built with -DskipFatJar");
    Path discovery = Files.writeString(root.resolve("gpus"), MADE_UP_GPU, UTF_8);
    assertThat(discovery.toFile().setExecutable(true)).isTrue();
    cluster =
        new StandaloneCluster(
            root,
            "--conf spark.executor.memory=700m" + PATIENCE + DECOMMISSION + GPUS,
            "-Dspark.worker.resource.gpu.amount=1 -Dspark.worker.resource.gpu.discoveryScript="
                + path("gpus"));
    cluster.start("2", "1", "1g");
    Cli.run(
        "synthesize",
        "--output",
        root.resolve("images").toString(),
        "-Dsynthesize.count=4",
        "-Dsynthesize.width=112",
        "-Dsynthesize.height=104",
        "-Dsynthesize.objects=60");
    cluster.submit("index", "--input", path("images"), "--output", path("index"));
    cluster.submit(
        "shard",
        "--index",
        path("index"),
        "--output",
        path("shards"),
        "-Dshard.crop-size=48",
        "-Dshard.crops-per-image=16");
    assertThat(finish(train("calm"))).as(log("calm.log")).isZero();
  }

  @AfterAll
  static void stops() throws Exception {
    TRAININGS.forEach(Process::destroyForcibly);
    if (cluster != null) {
      cluster.stop();
    }
  }

  @Test
  void whateverIsKilledOrHangsChangesNoByteOfTheResult() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    Process training = train("disturbed");
    awaitProgress("disturbed", training);
    for (int kill = 0; kill < KILLS; kill++) {
      Thread.sleep(random.nextInt(200));
      List<ProcessHandle> executors = cluster.executors();
      executors.get(random.nextInt(executors.size())).destroyForcibly();
      recovers("killed executor", training);
    }

    ProcessHandle hung = cluster.executors().get(0);
    StandaloneCluster.signal("-STOP", hung);
    recovers("hung executor", training);
    // It would not hear of being told to end.
    hung.destroyForcibly();
    Awaitility.await().atMost(RECOVERY).until(() -> !cluster.executors().contains(hung));

    // One that is told to end: all save where they are. That is seen unless it happens to be where
    // they save anyway.
    for (int i = 0; i < 3 && !savedBetween("disturbed"); i++) {
      cluster.executors().get(0).destroy();
      awaitSavedBetween("disturbed");
      recovers("executor told to end", training);
    }
    assertThat(savedBetween("disturbed")).isTrue();

    decommission(cluster.executors().get(0), training);

    for (int kill = 1; kill < DRIVER_KILLS; kill++) {
      killDriver(training);
      training = train("disturbed");
      // At any moment: while it starts, or while it trains.
      if (random.nextBoolean()) {
        awaitProgress("disturbed", training);
        Thread.sleep(random.nextInt(200));
      } else {
        training.waitFor(random.nextInt(6000), TimeUnit.MILLISECONDS);
      }
    }
    long lost = killDriver(training);
    assertThat(finish(train("disturbed"))).as(log("disturbed.log")).isZero();
    assertThat(log("disturbed.log")).contains(" " + lost + " ");
    // Never one replica without the other: its sums would be rounded otherwise.
    assertThat(succeededBeforeTheLastAttempt()).isEmpty();
    assertThat(MetricsLog.read(new LocalFileStore(), path("disturbed")))
        .allSatisfy(line -> assertThat(line.replicas()).hasSize(2));
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
      assertThat(checkpoint("disturbed", STEPS).resolve(file))
          .hasSameBinaryContentAs(checkpoint("calm", STEPS).resolve(file));
    }
  }

  @Test
  void replicasAreGivenTheGpuThatSparkAssigned() throws Exception {
    assertThat(executorLogs())
        .contains("rank=0 computes on ComputeDevice[kind=CPU, ordinal=0]; GPU assigned by Spark: 7")
        .contains(
            "rank=1 computes on ComputeDevice[kind=CPU, ordinal=0]; GPU assigned by Spark: 7");
  }

  @Test
  void elasticReplicasGoOnWithoutALostWorkerAndWithItAgain() throws Exception {
    Process training =
        train(
            "elastic",
            "-Dtrain.elastic.min-replicas=1",
            "-Dtrain.elastic.wait-seconds=2",
            "-Dtrain.steps=1000000");
    awaitProgress("elastic", training);
    Path pid = root.resolve("cluster/worker2.pid");
    ProcessHandle worker =
        ProcessHandle.of(Long.parseLong(Files.readString(pid, UTF_8).strip())).orElseThrow();
    ProcessBuilder again = again(worker).redirectErrorStream(true);
    List<ProcessHandle> children = worker.children().toList();
    worker.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    awaitLine("elastic", training, "the cluster has 1 task slots: 1 replicas go on instead of 2");
    awaitProgress("elastic", training);

    Process started = again.redirectOutput(root.resolve("cluster/again.log").toFile()).start();
    Files.writeString(pid, Long.toString(started.pid()), UTF_8);
    awaitLine("elastic", training, "the cluster has 2 task slots: 2 replicas go on instead of 1");
    awaitProgress("elastic", training);
    training.destroy();
    finish(training);
    assertThat(log("elastic.log"))
        .contains("training was told to end. The same command goes on from its checkpoint at step ")
        // Nothing was done again when the second replica came back.
        .containsOnlyOnce("They start again from step");
  }

  /** What starts such a process once more. */
  private static ProcessBuilder again(ProcessHandle process) throws IOException {
    Path proc = Path.of("/proc/" + process.pid());
    ProcessBuilder builder = new ProcessBuilder(words(proc.resolve("cmdline")));
    builder.environment().clear();
    for (String variable : words(proc.resolve("environ"))) {
      int equals = variable.indexOf('=');
      builder.environment().put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return builder;
  }

  private static List<String> words(Path file) throws IOException {
    return List.of(Files.readString(file, UTF_8).split("\0"));
  }

  private static void awaitLine(String run, Process training, String line) throws IOException {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> log(run + ".log").contains(line) || !training.isAlive());
    assertThat(log(run + ".log")).contains(line);
  }

  /** The replicas save where they are, the executor ends by itself, and nothing is lost. */
  private static void decommission(ProcessHandle executor, Process training) throws Exception {
    int before = log("disturbed.log").length();
    StandaloneCluster.signal("-PWR", executor);
    Awaitility.await().atMost(RECOVERY).until(() -> !executor.isAlive());
    recovers("decommissioned executor, once it had ended", training);
    String log = log("disturbed.log").substring(before);
    Matcher lines =
        Pattern.compile(
                "executor \\d+ on \\S+ is being decommissioned.*"
                    + "replica ended: rank \\d on \\S+: TaskKilled \\(its executor is being decommissioned\\).*"
                    + "They start again from step (\\d+)\\n",
                Pattern.DOTALL)
            .matcher(log);
    assertThat(lines.find()).as(log).isTrue();
    long step = Long.parseLong(lines.group(1));
    assertThat(saved("disturbed")).contains(step);
    assertThat(log).doesNotContain("replica failed").containsOnlyOnce("They start again");
    assertThat(executorLogs()).contains("rank=0 ends; everything up to step " + step + " is saved");
  }

  /** Returns the step of its newest checkpoint; its executors have ended by themselves. */
  private static long killDriver(Process training) throws Exception {
    training.destroyForcibly().waitFor();
    Awaitility.await().atMost(RECOVERY).until(() -> cluster.executors().isEmpty());
    long lost = newest("disturbed");
    assertThat(lost).isLessThan(STEPS);
    note("killed driver: its newest checkpoint was at step " + lost);
    return lost;
  }

  /** Training goes on within a minute. */
  private static void recovers(String from, Process training) throws IOException {
    Duration time = awaitProgress("disturbed", training);
    assertThat(time).as(from).isLessThan(RECOVERY);
    note(from + ": " + time.toMillis() + " ms");
  }

  /** Leaves a line in a file for those who want to know. */
  private static void note(String line) throws IOException {
    Files.writeString(
        Path.of("target", "cluster-recovery.txt"),
        line + System.lineSeparator(),
        UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** Waits for two more checkpoints of a run: the first may have been on its way before. */
  private static Duration awaitProgress(String run, Process training) throws IOException {
    long start = System.nanoTime();
    for (int i = 0; i < 2; i++) {
      long seen = newest(run);
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> newest(run) > seen || !training.isAlive());
    }
    assertThat(training.isAlive()).as(log(run + ".log")).isTrue();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /**
   * Tasks that have succeeded although their stage was run again. Spark might start it without
   * them.
   */
  private static List<String> succeededBeforeTheLastAttempt() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> applications = Files.list(root.resolve("cluster/work"))) {
      for (Path application : applications.toList()) {
        String log = executorLogs(application);
        Map<String, Integer> last = new HashMap<>();
        Pattern.compile("Running task \\S+ in stage (\\d+)\\.(\\d+)")
            .matcher(log)
            .results()
            .forEach(line -> last.merge(line.group(1), Integer.valueOf(line.group(2)), Math::max));
        Pattern.compile("Finished task \\S+ in stage (\\d+)\\.(\\d+)")
            .matcher(log)
            .results()
            .filter(line -> Integer.parseInt(line.group(2)) < last.get(line.group(1)))
            .forEach(line -> found.add(application.getFileName() + ": " + line.group()));
      }
    }
    return found;
  }

  private static String executorLogs() throws IOException {
    return executorLogs(root.resolve("cluster/work"));
  }

  private static String executorLogs(Path folder) throws IOException {
    StringBuilder logs = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.endsWith("stderr")).toList()) {
        logs.append(Files.readString(file, UTF_8));
      }
    }
    return logs.toString();
  }

  private static Process train(String run, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.addAll(
        0,
        List.of(
            "train",
            "srresnet",
            "-v",
            "--shards",
            path("shards"),
            "--output",
            path(run),
            "-Dnetwork.name=msrresnet",
            "-Dnetwork.channels=8",
            "-Dnetwork.blocks=1",
            "-Dtrain.replicas=2",
            "-Dtrain.global-batch=4",
            "-Dtrain.precision=fp32",
            "-Dtrain.communication.timeout-millis=5000",
            "-Dtrain.steps=" + STEPS,
            "-Dtrain.checkpoint-every=" + CHECKPOINT_EVERY,
            // All stay, so that none is gone before the test looks.
            "-Dtrain.keep-checkpoints=" + STEPS));
    Process training = cluster.startSubmit(run + ".log", arguments);
    TRAININGS.add(training);
    return training;
  }

  private static int finish(Process process) throws InterruptedException {
    return StandaloneCluster.finish(process, Duration.ofMinutes(2 + KILLS));
  }

  private static long newest(String run) throws IOException {
    return saved(run).stream().mapToLong(Long::longValue).max().orElse(0);
  }

  private static boolean savedBetween(String run) throws IOException {
    return saved(run).stream().anyMatch(step -> step % CHECKPOINT_EVERY != 0);
  }

  private static void awaitSavedBetween(String run) throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (!savedBetween(run) && System.nanoTime() < end) {
      Thread.sleep(50);
    }
  }

  /** The steps of complete checkpoints. */
  private static List<Long> saved(String run) throws IOException {
    Path folder = root.resolve(run).resolve("checkpoints");
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> checkpoints = Files.list(folder)) {
      return checkpoints
          .filter(checkpoint -> Files.exists(checkpoint.resolve("state.json")))
          .map(checkpoint -> checkpoint.getFileName().toString().substring("step-".length()))
          .map(Long::valueOf)
          .toList();
    }
  }

  private static Path checkpoint(String run, long step) {
    return root.resolve(run).resolve(String.format("checkpoints/step-%08d", step));
  }

  private static String path(String name) {
    return root.resolve(name).toString();
  }

  private static String log(String name) throws IOException {
    return Files.readString(root.resolve(name), UTF_8);
  }
}
