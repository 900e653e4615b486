package io.sparksr.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.jobs.UpscaleManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand small images and three huge ones on two executors of one core each. */
class UpscaleBalanceIT {
  private static final Path LAUNCHER = Path.of("..", "..", "sparksr").toAbsolutePath().normalize();
  private static final int SMALL = 1000;
  private static final int HUGE = 3;

  /** A task opens its first image only when it has loaded the model. */
  private static final long SLACK_MILLIS = 1000;

  private static final Pattern TASK_END =
      Pattern.compile(
          "\"Event\":\"SparkListenerTaskEnd\",\"Stage ID\":(\\d+).*?\"Launch Time\":(\\d+),"
              + "\"Executor ID\":\"(\\d+)\".*?\"Finish Time\":(\\d+)");

  @TempDir private static Path root;

  /** A task as Spark's event log has it, times in milliseconds. */
  private record Task(int stage, long launch, String executor, long finish) {}

  @Test
  void hugeImagesStartFirstAndNoCoreIdlesWhileImagesWait() throws Exception {
    assumeTrue(Files.exists(Path.of("target", "sparksr", "RELEASE")), "skipped: not assembled");
    TinyModel.write(root.resolve("model"), 8, 1);
    for (int i = 0; i < SMALL; i++) {
      write("images/" + i % 10 + "/" + i + ".png", i, 24, 18 + i % 5);
    }
    // Names that come last, were it not for the size; each large enough for a task of its own.
    for (int i = 0; i < HUGE; i++) {
      write("images/z/huge" + i + ".png", i, 480 + 8 * i, 360);
    }
    upscale();

    List<UpscaleManifest.Entry> entries = entries();
    assertThat(entries).hasSize(SMALL + HUGE);
    assertThat(entries).allMatch(entry -> entry.status() == UpscaleManifest.Status.DONE);
    Map<Boolean, List<Long>> starts = new HashMap<>();
    for (UpscaleManifest.Entry entry : entries) {
      Path output = root.resolve("out").resolve(entry.output());
      long start = Files.getLastModifiedTime(output).toMillis() - entry.millis();
      starts.computeIfAbsent(entry.input().contains("huge"), key -> new ArrayList<>()).add(start);
    }
    long lastHuge = starts.get(true).stream().mapToLong(Long::longValue).max().orElseThrow();
    assertThat(starts.get(false)).allMatch(start -> start >= lastHuge - SLACK_MILLIS);
    assertBusy(upscaleTasks());
  }

  /**
   * Between the first task's start and the last one's end, both executors have a task. The next one
   * may be launched before the result of the last has arrived, so the share can be above 1.
   */
  private static void assertBusy(List<Task> tasks) {
    Map<String, List<Task>> byExecutor =
        tasks.stream().collect(Collectors.groupingBy(Task::executor));
    assertThat(byExecutor).hasSize(2);
    long begin = tasks.stream().mapToLong(Task::launch).min().orElseThrow();
    long end = tasks.stream().mapToLong(Task::finish).max().orElseThrow();
    byExecutor.forEach(
        (executor, own) -> {
          assertThat(own).as("tasks of executor %s", executor).hasSizeGreaterThan(2);
          long busy = own.stream().mapToLong(task -> task.finish() - task.launch()).sum();
          assertThat((double) busy / (end - begin)).as("executor %s", executor).isGreaterThan(0.85);
        });
  }

  private static void upscale() throws IOException, InterruptedException {
    Path log = root.resolve("log");
    Files.createDirectories(root.resolve("events"));
    ProcessBuilder builder =
        new ProcessBuilder(
                LAUNCHER.toString(),
                "upscale",
                "--model",
                root.resolve("model").toString(),
                "--input",
                root.resolve("images").toString(),
                "--output",
                root.resolve("out").toString(),
                "--master",
                "local-cluster[2,1,640]",
                "-Dspark.executor.memory=640m",
                "-Dspark.eventLog.enabled=true",
                "-Dspark.eventLog.dir=" + root.resolve("events").toUri(),
                "-Dupscale.threads=1")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("SPARKSR_HEAP", "512m");
    builder.environment().put("SPARKSR_LOG", root.resolve("spark.log").toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    boolean isOver = process.waitFor(3, TimeUnit.MINUTES);
    process.destroyForcibly();
    String said = Files.readString(log, UTF_8);
    assertThat(isOver).as(said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }

  private static List<UpscaleManifest.Entry> entries() throws IOException {
    byte[] json = Files.readAllBytes(root.resolve("out/manifest.json"));
    return JsonCodec.parse(json, UpscaleManifest.class, "manifest.json").entries();
  }

  /** The tasks of the last stage: the one before reads headers. */
  private static List<Task> upscaleTasks() throws IOException {
    List<Task> tasks = new ArrayList<>();
    try (Stream<Path> logs = Files.list(root.resolve("events"))) {
      for (Path log : logs.filter(file -> !isHidden(file)).toList()) {
        Matcher matcher = TASK_END.matcher(Files.readString(log, UTF_8));
        while (matcher.find()) {
          tasks.add(
              new Task(
                  Integer.parseInt(matcher.group(1)),
                  Long.parseLong(matcher.group(2)),
                  matcher.group(3),
                  Long.parseLong(matcher.group(4))));
        }
      }
    }
    int last = tasks.stream().map(Task::stage).max(Comparator.naturalOrder()).orElseThrow();
    return tasks.stream().filter(task -> task.stage() == last).toList();
  }

  /** Hadoop's checksums. */
  private static boolean isHidden(Path file) {
    return file.getFileName().toString().startsWith(".");
  }

  private static void write(String name, int seed, int width, int height) throws IOException {
    byte[] pixels = new byte[3 * width * height];
    new SplittableRandom(seed).nextBytes(pixels);
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, ImageEncoder.png(new RgbImage(width, height, pixels)));
  }
}
