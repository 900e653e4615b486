package io.sparksr.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What came of a benchmark.
 *
 * @param benchmark which
 * @param failed whether it was started and went wrong
 * @param outcome one line: how long it took, why it failed, or why it was left out
 * @param printed its tables; empty where there are none
 */
record BenchmarkRun(Benchmark benchmark, boolean failed, String outcome, String printed) {
  private static final int LINES_OF_A_FAILURE = 10;

  /**
   * Runs one in a JVM of its own, with this JVM's options but for its memory.
   *
   * @param minutes after which it is ended
   */
  static BenchmarkRun of(
      Benchmark benchmark, boolean quick, int minutes, Python python, Material material)
      throws IOException, InterruptedException {
    String arguments = quick ? benchmark.quick() : benchmark.arguments();
    Optional<String> missing =
        benchmark.python().stream()
            .filter(module -> python.version(module).equals(Python.MISSING))
            .map(module -> python.interpreter() + " has no " + module)
            .findFirst()
            .or(() -> material.missing(arguments));
    if (missing.isPresent()) {
      return new BenchmarkRun(benchmark, false, "left out: " + missing.get(), "");
    }
    Path out = material.file(benchmark.name() + ".out");
    Path err = material.file(benchmark.name() + ".err");
    List<String> command = command(benchmark, material.fill(arguments));
    double load = Machine.load();
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    boolean ended = process.waitFor(minutes, TimeUnit.MINUTES);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    double seconds = 1e-9 * (System.nanoTime() - start);
    if (!ended || process.exitValue() != 0) {
      String why = ended ? "exit code " + process.exitValue() : "ended after " + minutes + " min";
      return new BenchmarkRun(benchmark, true, "failed: " + why, lastLines(err));
    }
    String outcome = String.format(Locale.ROOT, "took %.0f s, load before %.2f", seconds, load);
    return new BenchmarkRun(benchmark, false, outcome, Files.readString(out));
  }

  private static List<String> command(Benchmark benchmark, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!option.matches("-Xm[sx].*|-XX:MaxDirectMemorySize=.*")) {
        command.add(option);
      }
    }
    command.add("-Xms" + benchmark.memory().heap());
    command.add("-Xmx" + benchmark.memory().heap());
    command.add("-XX:MaxDirectMemorySize=" + benchmark.memory().direct());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(benchmark.main().getName());
    command.addAll(arguments);
    return command;
  }

  private static String lastLines(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    int first = Math.max(0, lines.size() - LINES_OF_A_FAILURE);
    return "```\n" + String.join("\n", lines.subList(first, lines.size())) + "\n```\n";
  }

  /** A section of the document. */
  String markdown() {
    StringBuilder text = new StringBuilder("\n## " + benchmark.title() + "\n\n");
    text.append("`").append(benchmark.name()).append("` ").append(outcome).append(".\n");
    if (!printed.isBlank()) {
      // Without a table these are lines of a program, which Markdown would run together.
      String fence = printed.contains("|") || printed.startsWith("```") ? "" : "```\n";
      text.append("\n").append(fence).append(printed.strip()).append("\n").append(fence);
    }
    return text.toString();
  }
}
