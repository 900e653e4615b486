package io.sparksr.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real standalone cluster, started by {@code deploy/standalone/cluster} and used through
 * spark-submit. {@code -Dsparksr.kills=N} sets how many executors the test of failures kills.
 */
class StandaloneClusterIT {
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
  private static final Path CLUSTER = ROOT.resolve("deploy/standalone/cluster");
  private static final int KILLS = Integer.getInteger("sparksr.kills", 2);
  private static final int CHECKPOINT_EVERY = 25;
  private static final int STEPS = 150 * (KILLS + 1);

  @TempDir private static Path root;
  private static int port;

  @BeforeAll
  static void startsAndMakesShards() throws Exception {
    assumeTrue(Files.exists(Path.of("target", "sparksr.jar")), "skipped: built with -DskipFatJar");
    try (ServerSocket free = new ServerSocket(0)) {
      // The web page takes the port 1000 higher.
      port = free.getLocalPort() > 60_000 ? free.getLocalPort() - 2000 : free.getLocalPort();
    }
    assertThat(finish(cluster("start.log", "start", "2", "1", "1g"))).as(log("start.log")).isZero();
    Cli.run(
        "synthesize",
        "--output",
        root.resolve("images").toString(),
        "-Dsynthesize.count=4",
        "-Dsynthesize.width=112",
        "-Dsynthesize.height=104",
        "-Dsynthesize.objects=60");
  }

  @AfterAll
  static void stops() throws Exception {
    if (port > 0) {
      finish(cluster("stop.log", "stop"));
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> executors().isEmpty());
    }
  }

  @Test
  void executorsKilledInTrainingChangeNoByteOfTheResult() throws Exception {
    submit("index", "--input", path("images"), "--output", path("index"));
    submit(
        "shard",
        "--index",
        path("index"),
        "--output",
        path("shards"),
        "-Dshard.crop-size=48",
        "-Dshard.crops-per-image=16");
    assertThat(finish(train("calm"))).as(log("calm.log")).isZero();
    Process disturbed = train("disturbed");
    int killed = killExecutors(disturbed);

    assertThat(finish(disturbed)).as(log("disturbed.log")).isZero();
    assertThat(killed).isEqualTo(KILLS);
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
      assertThat(checkpoint("disturbed", STEPS).resolve(file))
          .hasSameBinaryContentAs(checkpoint("calm", STEPS).resolve(file));
    }
  }

  /** Kills one executor after another, each when training has gone on since the last. */
  private static int killExecutors(Process training) throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    long seen = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      long after = seen;
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(20 + random.nextInt(200)))
          .until(() -> newest("disturbed") > after || !training.isAlive());
      seen = newest("disturbed");
      List<ProcessHandle> executors = executors();
      if (executors.isEmpty() || !training.isAlive()) {
        return kill;
      }
      executors.get(random.nextInt(executors.size())).destroyForcibly();
    }
    return KILLS;
  }

  private static Process train(String run) throws IOException {
    List<String> arguments =
        List.of(
            "train",
            "srresnet",
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
            "-Dtrain.max-failures=100",
            "-Dtrain.steps=" + STEPS,
            "-Dtrain.checkpoint-every=" + CHECKPOINT_EVERY);
    return cluster(run + ".log", concat("submit", arguments));
  }

  private static void submit(String... command) throws Exception {
    assertThat(finish(cluster(command[0] + ".log", concat("submit", List.of(command)))))
        .as(log(command[0] + ".log"))
        .isZero();
  }

  private static Process cluster(String log, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(CLUSTER.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARKSR_CLUSTER", root.resolve("cluster").toString());
    builder.environment().put("SPARKSR_MASTER_PORT", Integer.toString(port));
    builder.environment().put("SPARKSR_SUBMIT_OPTS", "--conf spark.executor.memory=700m");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.redirectOutput(root.resolve(log).toFile()).start();
  }

  private static int finish(Process process) throws InterruptedException {
    if (!process.waitFor(2 + KILLS, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("still running");
    }
    return process.exitValue();
  }

  /** The executors of this test's workers. */
  private static List<ProcessHandle> executors() {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(StandaloneClusterIT::isOurExecutor).toList();
    }
  }

  private static boolean isOurExecutor(ProcessHandle process) {
    try {
      Path proc = Path.of("/proc/" + process.pid());
      return Files.readString(proc.resolve("cmdline"), UTF_8).contains("CoarseGrainedExecutor")
          && Files.readSymbolicLink(proc.resolve("cwd")).startsWith(root.resolve("cluster/work"));
    } catch (IOException e) {
      return false; // it has just ended
    }
  }

  private static long newest(String run) throws IOException {
    long newest = 0;
    for (long step = CHECKPOINT_EVERY; step <= STEPS; step += CHECKPOINT_EVERY) {
      if (Files.exists(checkpoint(run, step).resolve("state.json"))) {
        newest = step;
      }
    }
    return newest;
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

  private static String[] concat(String first, List<String> rest) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(rest);
    return all.toArray(String[]::new);
  }
}
