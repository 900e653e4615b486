package io.sparksr.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The upscale command on two executors, with processes killed while it runs. */
class UpscaleKillIT {
  private static final Path LAUNCHER = Path.of("..", "..", "sparksr").toAbsolutePath().normalize();
  private static final Pattern OUTPUT = Pattern.compile("\"output\":\"([^\"]+)\"");
  private static final String DONE = "\"status\" : \"DONE\"";
  private static final int IMAGES = 16;

  @TempDir private static Path root;

  @BeforeAll
  static void makesImagesAModelAndTheUndisturbedResult() throws IOException {
    assumeTrue(Files.exists(Path.of("target", "sparksr", "RELEASE")), "skipped: not assembled");
    TinyModel.write(root.resolve("model"), 32, 4);
    Cli.run(
        "synthesize",
        "--output",
        root.resolve("images").toString(),
        "-Dsynthesize.count=" + IMAGES,
        "-Dsynthesize.width=176",
        "-Dsynthesize.height=160",
        "-Dsynthesize.objects=40");
    Cli calm =
        Cli.run(
            "upscale",
            "--model",
            path("model"),
            "--input",
            path("images"),
            "--output",
            path("calm"),
            "--master",
            "local[2]",
            "-Dupscale.threads=1");
    assertThat(calm.err()).isEmpty();
    assertThat(times("calm")).hasSize(IMAGES);
  }

  @Test
  void aKilledExecutorCostsOnlyTheWorkInFlight() throws Exception {
    Process run = start("executor");
    awaitOutputs(run, "executor", 3);
    List<ProcessHandle> executors = executors(run);
    assertThat(executors).as("executors").isNotEmpty();
    executors.get(0).destroyForcibly();
    Map<String, FileTime> counted = counted("executor");
    assertThat(finish(run, "executor")).isZero();
    assertSameAsCalm("executor");
    assertThat(times("executor")).containsAllEntriesOf(counted);
  }

  @Test
  void aKilledDriverCostsOnlyTheWorkInFlight() throws Exception {
    Process run = start("driver");
    awaitOutputs(run, "driver", 4);
    List<ProcessHandle> executors = executors(run);
    run.destroyForcibly().waitFor();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> executors.stream().noneMatch(ProcessHandle::isAlive));
    Map<String, FileTime> counted = counted("driver");
    assertThat(counted).hasSizeGreaterThanOrEqualTo(3).hasSizeLessThan(IMAGES);
    assertThat(root.resolve("driver/manifest.json")).doesNotExist();

    assertThat(finish(start("driver"), "driver")).isZero();
    assertSameAsCalm("driver");
    assertThat(times("driver")).containsAllEntriesOf(counted);
    assertThat(root.resolve("driver/_journal")).doesNotExist();
  }

  @Test
  void aWatchThatIsKilledAndStartedAgainMakesEachImageOnce() throws Exception {
    List<Path> images;
    try (Stream<Path> all = Files.list(root.resolve("images"))) {
      images = all.filter(file -> !file.getFileName().toString().startsWith("_")).sorted().toList();
    }
    assertThat(images).hasSize(IMAGES);
    copy(images.subList(0, IMAGES / 2), "watched");
    String[] options = {"--watch", "--master", "local[1]", "-Dupscale.watch-interval=200ms"};
    Process first = start("watched", "watch", options);
    awaitOutputs(first, "watch", 2);
    first.destroyForcibly().waitFor();
    Map<String, FileTime> inTheMiddle = counted("watch");
    assertThat(inTheMiddle).hasSizeLessThan(IMAGES / 2);

    Process second = start("watched", "watch", options);
    awaitManifest(second, "watch", IMAGES / 2);
    Map<String, FileTime> half = times("watch");
    assertThat(half).hasSize(IMAGES / 2).containsAllEntriesOf(inTheMiddle);
    copy(images.subList(IMAGES / 2, IMAGES), "watched");
    awaitManifest(second, "watch", IMAGES);
    second.destroyForcibly().waitFor();
    assertThat(times("watch")).containsAllEntriesOf(half);
    assertSameAsCalm("watch");
  }

  private static void copy(List<Path> images, String folder) throws IOException {
    Files.createDirectories(root.resolve(folder));
    for (Path image : images) {
      Files.copy(image, root.resolve(folder).resolve(image.getFileName()));
    }
  }

  private static void awaitManifest(Process run, String out, int done) {
    Path manifest = root.resolve(out).resolve("manifest.json");
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> read(manifest).split(DONE, -1).length > done || !run.isAlive());
    assertThat(run.isAlive()).as(() -> read(log(out))).isTrue();
  }

  private static Process start(String out) throws IOException {
    return start(
        "images", out, "--master", "local-cluster[2,1,640]", "-Dspark.executor.memory=640m");
  }

  private static Process start(String in, String out, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString(), "upscale"));
    command.addAll(List.of("--model", path("model"), "--input", path(in), "--output", path(out)));
    command.add("-Dupscale.threads=1");
    command.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log(out).toFile()));
    builder.environment().put("SPARKSR_HEAP", "512m");
    builder.environment().put("SPARKSR_LOG", root.resolve(out + "-spark.log").toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.start();
  }

  private static void awaitOutputs(Process run, String out, int count) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> counted(out).size() >= count || !run.isAlive());
    assertThat(run.isAlive()).as(() -> read(log(out))).isTrue();
  }

  private static int finish(Process run, String out) throws InterruptedException {
    if (!run.waitFor(3, TimeUnit.MINUTES)) {
      run.destroyForcibly();
      throw new AssertionError("still running: " + read(log(out)));
    }
    return run.exitValue();
  }

  private static List<ProcessHandle> executors(Process run) {
    return run.descendants()
        .filter(
            process -> {
              String command = read(Path.of("/proc/" + process.pid() + "/cmdline"));
              return command.contains("CoarseGrainedExecutorBackend");
            })
        .toList();
  }

  /** The outputs that the journal holds, with the time when they were written. */
  private static Map<String, FileTime> counted(String out) throws IOException {
    Path journal = root.resolve(out).resolve("_journal");
    Set<String> names = new TreeSet<>();
    if (Files.exists(journal)) {
      try (Stream<Path> parts = Files.list(journal)) {
        for (Path part : parts.toList()) {
          OUTPUT.matcher(read(part)).results().forEach(match -> names.add(match.group(1)));
        }
      }
    }
    Map<String, FileTime> counted = times(out);
    counted.keySet().retainAll(names);
    return counted;
  }

  private static void assertSameAsCalm(String out) throws IOException {
    assertThat(times(out).keySet()).isEqualTo(times("calm").keySet());
    for (String name : times("calm").keySet()) {
      assertThat(root.resolve(out).resolve(name))
          .hasSameBinaryContentAs(root.resolve("calm").resolve(name));
    }
    String manifest = Files.readString(root.resolve(out).resolve("manifest.json"), UTF_8);
    assertThat(manifest.split(DONE, -1)).hasSize(IMAGES + 1);
  }

  private static Map<String, FileTime> times(String out) throws IOException {
    Map<String, FileTime> times = new TreeMap<>();
    if (!Files.exists(root.resolve(out))) {
      return times;
    }
    try (Stream<Path> all = Files.list(root.resolve(out))) {
      for (Path file : all.filter(path -> path.toString().endsWith(".png")).toList()) {
        times.put(file.getFileName().toString(), Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  private static String path(String name) {
    return root.resolve(name).toString();
  }

  private static Path log(String out) {
    return root.resolve(out + ".log");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
