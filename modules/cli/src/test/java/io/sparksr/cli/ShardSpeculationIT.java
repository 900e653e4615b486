package io.sparksr.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparksr.core.io.LocalFileStore;
import io.sparksr.data.ShardEntry;
import io.sparksr.data.ShardManifest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shard command where Spark starts copies of slow tasks, with an executor that hangs. */
class ShardSpeculationIT {
  @TempDir private static Path root;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void makesAnIndexAndTheUndisturbedShards() throws Exception {
    assumeTrue(Files.exists(Path.of("target", "sparksr.jar")), "skipped: built with -DskipFatJar");
    Cli.run(
        "synthesize",
        "--output",
        path("images"),
        "-Dsynthesize.count=20",
        "-Dsynthesize.objects=40");
    assertThat(Cli.run("index", "--input", path("images"), "--output", path("index")).code())
        .isZero();
    assertThat(Cli.run(command("calm").toArray(String[]::new)).code()).isZero();
    assertThat(manifest("calm").shards()).hasSizeBetween(7, 10);
    cluster =
        new StandaloneCluster(
            root,
            "--conf spark.executor.memory=640m --conf spark.speculation=true"
                + " --conf spark.speculation.minTaskRuntime=1s",
            "");
    cluster.start("2", "1", "1g");
  }

  @AfterAll
  static void stops() throws Exception {
    if (cluster != null) {
      cluster.stop();
    }
  }

  @Test
  void ofATaskAndItsCopyOneShardCountsAndStays() throws Exception {
    Process run = cluster.startSubmit("copied.log", command("copied"));
    awaitOrEnd(run, () -> shardsWritten() >= 2);
    ProcessHandle hung =
        cluster.executors().stream().filter(e -> !hasShuffleFiles(e)).findAny().orElseThrow();
    StandaloneCluster.signal("-STOP", hung);
    try {
      awaitOrEnd(run, () -> Files.exists(root.resolve("copied/manifest.json")));
    } finally {
      // It goes on with a shard that no longer counts.
      StandaloneCluster.signal("-CONT", hung);
    }
    assertThat(StandaloneCluster.finish(run, Duration.ofMinutes(2))).as(log()).isZero();
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !hung.isAlive());

    ShardManifest manifest = manifest("copied");
    assertThat(manifest.rows()).isEqualTo(manifest("calm").rows());
    assertThat(manifest.shards())
        .extracting(ShardEntry::sha256)
        .isEqualTo(manifest("calm").shards().stream().map(ShardEntry::sha256).toList());
    List<String> named = manifest.shards().stream().map(ShardEntry::path).toList();
    assertThat(named).filteredOn(name -> name.endsWith("-retry-0-1.parquet")).hasSize(1);
    try (Stream<Path> all = Files.list(root.resolve("copied/shards"))) {
      assertThat(all.map(file -> "shards/" + file.getFileName()))
          .containsExactlyInAnyOrderElementsOf(named);
    }
  }

  /** A shard takes about half a second, nearly all of it the blur. */
  private static List<String> command(String out) {
    return List.of(
        "shard",
        "--index",
        path("index"),
        "--output",
        path(out),
        "-Dshard.crop-size=96",
        "-Dshard.crops-per-image=32",
        "-Dshard.shard-bytes=2MiB",
        "-Dshard.before-reduction.blur=[6,8]",
        "-Dshard.after-reduction.noise=[1,5]");
  }

  private static void awaitOrEnd(Process run, Condition condition) throws Exception {
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> condition.holds() || !run.isAlive());
    assertThat(condition.holds()).as(log()).isTrue();
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static long shardsWritten() throws IOException {
    Path notes = root.resolve("copied/shards/_done");
    if (!Files.exists(notes)) {
      return 0;
    }
    try (Stream<Path> all = Files.list(notes)) {
      return all.count();
    }
  }

  /** Whether it keeps what the shards' tasks ask for: without it, none of them can start. */
  private static boolean hasShuffleFiles(ProcessHandle executor) {
    String variable = "SPARK_EXECUTOR_DIRS=";
    List<Path> files = new ArrayList<>();
    try {
      String environment = Files.readString(Path.of("/proc/" + executor.pid() + "/environ"), UTF_8);
      for (String entry : environment.split("\0", -1)) {
        if (entry.startsWith(variable)) {
          for (String folder : entry.substring(variable.length()).split(File.pathSeparator, -1)) {
            try (Stream<Path> all = Files.walk(Path.of(folder))) {
              all.forEach(files::add);
            }
          }
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return files.stream().anyMatch(file -> file.getFileName().toString().startsWith("shuffle_"));
  }

  private static ShardManifest manifest(String out) throws IOException {
    return ShardManifest.read(new LocalFileStore(), path(out));
  }

  private static String log() throws IOException {
    return Files.readString(root.resolve("copied.log"), UTF_8);
  }

  private static String path(String name) {
    return root.resolve(name).toString();
  }
}
