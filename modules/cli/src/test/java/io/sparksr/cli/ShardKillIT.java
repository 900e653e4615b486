package io.sparksr.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparksr.core.io.LocalFileStore;
import io.sparksr.data.ShardEntry;
import io.sparksr.data.ShardManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shard command on two executors, with processes killed while it runs. */
class ShardKillIT {
  private static final Path LAUNCHER = Path.of("..", "..", "sparksr").toAbsolutePath().normalize();
  private static final int IMAGES = 20;

  /** A shard takes about half a second, nearly all of it the blur. */
  private static final List<String> SETTINGS =
      List.of(
          "-Dshard.crop-size=96",
          "-Dshard.crops-per-image=32",
          "-Dshard.shard-bytes=2MiB",
          "-Dshard.before-reduction.blur=[6,8]",
          "-Dshard.after-reduction.noise=[1,5]");

  @TempDir private static Path root;

  private final List<Process> runs = new ArrayList<>();

  @BeforeAll
  static void makesAnIndexAndTheUndisturbedShards() throws IOException {
    assumeTrue(Files.exists(Path.of("target", "sparksr", "RELEASE")), "skipped: not assembled");
    Cli.run(
        "synthesize",
        "--output",
        path("images"),
        "-Dsynthesize.count=" + IMAGES,
        "-Dsynthesize.objects=40");
    assertThat(Cli.run("index", "--input", path("images"), "--output", path("index")).code())
        .isZero();
    List<String> command = command("calm", "local[1]");
    assertThat(Cli.run(command.toArray(String[]::new)).code()).isZero();
    assertThat(manifest("calm").shards()).hasSizeBetween(7, 10);
  }

  @AfterEach
  void ends() {
    for (Process run : runs) {
      run.descendants().forEach(ProcessHandle::destroyForcibly);
      run.destroyForcibly();
    }
  }

  @Test
  void whatIsKilledCostsOnlyTheShardsInFlight() throws Exception {
    Process killed = start();
    awaitFinished(killed, 3);
    List<ProcessHandle> executors = executors(killed);
    killed.destroyForcibly().waitFor();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> executors.stream().noneMatch(ProcessHandle::isAlive));
    Map<String, FileTime> before = finished();
    assertThat(before).hasSizeBetween(3, manifest("calm").shards().size() - 2);
    assertThat(root.resolve("killed/manifest.json")).doesNotExist();

    Process again = start();
    awaitFinished(again, before.size() + 1);
    executors(again).get(0).destroyForcibly();
    assertThat(again.waitFor(2, TimeUnit.MINUTES)).as(() -> read(log())).isTrue();
    assertThat(again.exitValue()).as(() -> read(log())).isZero();

    ShardManifest manifest = manifest("killed");
    assertThat(manifest.rows()).isEqualTo(manifest("calm").rows());
    assertThat(manifest.shards())
        .extracting(ShardEntry::sha256)
        .isEqualTo(manifest("calm").shards().stream().map(ShardEntry::sha256).toList());
    for (Map.Entry<String, FileTime> shard : before.entrySet()) {
      assertThat(Files.getLastModifiedTime(root.resolve("killed/shards").resolve(shard.getKey())))
          .isEqualTo(shard.getValue());
    }
    assertThat(files())
        .containsExactlyInAnyOrderElementsOf(
            manifest.shards().stream().map(ShardEntry::path).toList());
  }

  private static List<String> command(String out, String master) {
    List<String> command =
        new ArrayList<>(
            List.of("shard", "--index", path("index"), "--output", path(out), "--master", master));
    command.addAll(SETTINGS);
    return command;
  }

  private Process start() throws IOException {
    List<String> command = command("killed", "local-cluster[2,1,640]");
    command.add(0, LAUNCHER.toString());
    command.add("-Dspark.executor.memory=640m");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log().toFile());
    builder.environment().put("SPARKSR_HEAP", "512m");
    builder.environment().put("SPARKSR_LOG", path("spark.log"));
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process run = builder.start();
    runs.add(run);
    return run;
  }

  private static void awaitFinished(Process run, int count) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> finished().size() >= count || !run.isAlive());
    assertThat(run.isAlive()).as(() -> read(log())).isTrue();
  }

  private static List<ProcessHandle> executors(Process run) {
    List<ProcessHandle> executors =
        run.descendants()
            .filter(
                process ->
                    read(Path.of("/proc/" + process.pid() + "/cmdline"))
                        .contains("CoarseGrainedExecutorBackend"))
            .toList();
    assertThat(executors).as("executors").isNotEmpty();
    return executors;
  }

  /** The shards that the job has noted as finished, with the time when they were written. */
  private static Map<String, FileTime> finished() throws IOException {
    Path shards = root.resolve("killed/shards");
    Map<String, FileTime> finished = new TreeMap<>();
    if (Files.exists(shards.resolve("_done"))) {
      try (Stream<Path> all = Files.list(shards.resolve("_done"))) {
        for (Path note : all.toList()) {
          Path shard = shards.resolve(note.getFileName().toString().replace(".json", ".parquet"));
          if (read(note).endsWith("}\n") && Files.exists(shard)) {
            finished.put(shard.getFileName().toString(), Files.getLastModifiedTime(shard));
          }
        }
      }
    }
    return finished;
  }

  private static List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(root.resolve("killed/shards"))) {
      return all.map(file -> "shards/" + file.getFileName()).toList();
    }
  }

  private static ShardManifest manifest(String out) throws IOException {
    return ShardManifest.read(new LocalFileStore(), path(out));
  }

  private static String path(String name) {
    return root.resolve(name).toString();
  }

  private static Path log() {
    return root.resolve("killed.log");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
