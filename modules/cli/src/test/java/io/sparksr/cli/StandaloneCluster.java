package io.sparksr.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A cluster of {@code deploy/standalone/cluster} for one test class. */
final class StandaloneCluster {
  private static final Path SCRIPT =
      Path.of("..", "..", "deploy", "standalone", "cluster").toAbsolutePath().normalize();
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Path root;
  private final String submitOptions;
  private final String workerOptions;
  private final int port;

  /**
   * A cluster that is not started yet.
   *
   * @param root where its files go, and all logs
   * @param submitOptions for spark-submit
   * @param workerOptions for the workers' JVMs
   */
  StandaloneCluster(Path root, String submitOptions, String workerOptions) throws IOException {
    this.root = root;
    this.submitOptions = submitOptions;
    this.workerOptions = workerOptions;
    try (ServerSocket free = new ServerSocket(0)) {
      // The web page takes the port 1000 higher.
      this.port = free.getLocalPort() > 60_000 ? free.getLocalPort() - 2000 : free.getLocalPort();
    }
  }

  /** Starts it. */
  void start(String workers, String cores, String memory) throws Exception {
    Process start = run("start.log", List.of("start", workers, cores, memory));
    assertThat(finish(start, PATIENCE)).as(log("start.log")).isZero();
  }

  /** Stops it; its executors have ended then. */
  void stop() throws Exception {
    finish(run("stop.log", List.of("stop")), PATIENCE);
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> executors().isEmpty());
  }

  /** A SparkSR command from its start to its end, which is expected to be good. */
  void submit(String... command) throws Exception {
    Process submit = startSubmit(command[0] + ".log", List.of(command));
    assertThat(finish(submit, PATIENCE)).as(log(command[0] + ".log")).isZero();
  }

  /** Starts a SparkSR command. */
  Process startSubmit(String log, List<String> command) throws IOException {
    List<String> arguments = new ArrayList<>(command);
    arguments.add(0, "submit");
    return run(log, arguments);
  }

  /** The executors of its workers. */
  List<ProcessHandle> executors() {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(this::isExecutor).toList();
    }
  }

  /** Returns the exit code. */
  static int finish(Process process, Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still running");
    }
    return process.exitValue();
  }

  static void signal(String signal, ProcessHandle process) throws Exception {
    // The shell's own: a small system has no other kill.
    String command = "kill " + signal + " " + process.pid();
    assertThat(new ProcessBuilder("sh", "-c", command).start().waitFor()).isZero();
  }

  private Process run(String log, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(arguments);
    command.add(0, SCRIPT.toString());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARKSR_CLUSTER", root.resolve("cluster").toString());
    builder.environment().put("SPARKSR_MASTER_PORT", Integer.toString(port));
    builder.environment().put("SPARKSR_SUBMIT_OPTS", submitOptions);
    builder.environment().put("SPARK_WORKER_OPTS", workerOptions);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.redirectOutput(root.resolve(log).toFile()).start();
  }

  private boolean isExecutor(ProcessHandle process) {
    try {
      Path proc = Path.of("/proc/" + process.pid());
      return Files.readString(proc.resolve("cmdline"), UTF_8).contains("CoarseGrainedExecutor")
          && Files.readSymbolicLink(proc.resolve("cwd")).startsWith(root.resolve("cluster/work"));
    } catch (IOException e) {
      return false; // it has just ended
    }
  }

  private String log(String name) throws IOException {
    return Files.readString(root.resolve(name), UTF_8);
  }
}
