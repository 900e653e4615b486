package io.sparksr.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Runs the benchmarks one after the other, each in a JVM of its own beside its Python program, and
 * writes what they print into one Markdown file, with machine and versions. What lacks its Python
 * program or fails is named there and does not stop the rest.
 */
@Command(
    name = "modules/benchmarks/run all",
    mixinStandardHelpOptions = true,
    description = "Runs benchmarks and writes their tables into one Markdown file.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:all that could run did", "1:at least one failed", "2:usage"})
public final class AllBenchmarks implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", arity = "0..*", description = "Which; all if none is named.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "runs/benchmarks.md",
      description = "Default: ${DEFAULT-VALUE}")
  private Path output;

  @Option(
      names = "--images",
      paramLabel = "FOLDER",
      description = "JPEGs of at least 640x480; made-up ones without it.")
  private Path images;

  @Option(
      names = "--s3proxy",
      paramLabel = "JAR",
      defaultValue = "modules/jobs/target/s3-server/s3proxy.jar",
      description = "The S3 server of 'upscale'. Default: ${DEFAULT-VALUE}, which a build leaves.")
  private Path s3proxy;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "30",
      description = "A benchmark that takes longer is ended. Default: ${DEFAULT-VALUE}")
  private int minutes;

  @Option(names = "--quick", description = "Only shows that they work: the figures mean nothing.")
  private boolean quick;

  @Option(names = "--list", description = "Lists the benchmarks and what they need.")
  private boolean list;

  /** Runs the benchmarks that are named; see {@code --help}. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new AllBenchmarks()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (list) {
      Benchmark.all().forEach(benchmark -> System.out.println(line(benchmark)));
      return 0;
    }
    List<Benchmark> chosen = chosen();
    Python python = new Python(System.getProperty("sparksr.benchmarks.python", "python3"));
    StringBuilder text = new StringBuilder(head(chosen, python));
    int failed = 0;
    try (Material material = new Material(images, s3proxy)) {
      for (Benchmark benchmark : chosen) {
        System.err.println(benchmark.name() + " ...");
        BenchmarkRun run = BenchmarkRun.of(benchmark, quick, minutes, python, material);
        failed += run.failed() ? 1 : 0;
        System.err.println(benchmark.name() + ": " + run.outcome());
        // Written every time, so that a run that is stopped leaves what it has.
        write(text.append(run.markdown()).toString());
      }
    }
    System.err.println(output.toAbsolutePath());
    return failed == 0 ? 0 : 1;
  }

  private static String line(Benchmark benchmark) {
    String needs = benchmark.python().isEmpty() ? "" : "; Python: " + benchmark.python().get(0);
    return "%-14s %s%s".formatted(benchmark.name(), benchmark.title(), needs);
  }

  private List<Benchmark> chosen() {
    List<String> known = Benchmark.all().stream().map(Benchmark::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "unknown benchmark '" + name + "'; known are " + String.join(", ", known));
      }
    }
    return Benchmark.all().stream()
        .filter(benchmark -> names.isEmpty() || names.contains(benchmark.name()))
        .toList();
  }

  private String head(List<Benchmark> chosen, Python python) throws IOException {
    String which = chosen.stream().map(Benchmark::name).collect(Collectors.joining(" "));
    StringBuilder text = new StringBuilder("# Benchmarks\n\n```\n");
    text.append("modules/benchmarks/run all ").append(quick ? "--quick " : "").append(which);
    text.append("\n```\n\n| | |\n| --- | --- |\n");
    Machine.facts().forEach((name, value) -> text.append(row(name, value)));
    chosen.stream()
        .flatMap(benchmark -> benchmark.python().stream())
        .distinct()
        .forEach(module -> text.append(row("Python " + module, python.version(module))));
    return text.toString();
  }

  private static String row(String name, String value) {
    return "| " + name + " | " + value + " |\n";
  }

  private void write(String text) throws IOException {
    Path folder = output.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Files.writeString(output, text, StandardCharsets.UTF_8);
  }
}
