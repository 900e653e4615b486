package io.sparksr.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.nn.FlatParameters;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Networks;
import io.sparksr.nn.Precision;
import io.sparksr.nn.Safetensors;
import io.sparksr.nn.SuperResolutionNetwork;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
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
  private static final int IMAGES = 16;

  @TempDir private static Path root;

  @BeforeAll
  static void makesImagesAModelAndTheUndisturbedResult() throws IOException {
    assumeTrue(Files.exists(Path.of("target", "sparksr", "RELEASE")), "skipped: not assembled");
    writeModel(root.resolve("model"));
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

  private static Process start(String out) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                LAUNCHER.toString(),
                "upscale",
                "--model",
                path("model"),
                "--input",
                path("images"),
                "--output",
                path(out),
                "--master",
                "local-cluster[2,1,640]",
                "-Dspark.executor.memory=640m",
                "-Dupscale.threads=1")
            .redirectErrorStream(true)
            .redirectOutput(log(out).toFile());
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
    assertThat(manifest.split("\"status\" : \"DONE\"", -1)).hasSize(IMAGES + 1);
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

  private static void writeModel(Path folder) throws IOException {
    Files.createDirectories(folder);
    NetworkSettings settings = new NetworkSettings("msrresnet", 32, 4, 3, 3, 4);
    SuperResolutionNetwork network = Networks.create(settings, Precision.FP32);
    try (NDManager manager = NDManager.newBaseManager();
        OutputStream out = Files.newOutputStream(folder.resolve(ModelFolder.WEIGHTS))) {
      FlatParameters parameters = new FlatParameters(network, manager);
      parameters.initialise(1);
      Safetensors.write(out, parameters.tensors(), Map.of());
    }
    Files.write(
        folder.resolve(ModelFolder.DESCRIPTION),
        JsonCodec.document(ModelDescription.of(settings, 0)));
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
