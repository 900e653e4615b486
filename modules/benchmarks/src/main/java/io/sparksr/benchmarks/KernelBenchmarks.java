package io.sparksr.benchmarks;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The innermost loops, timed by JMH in one thread: resampling, metrics, the ring's additions, the
 * inverse transform of JPEG. Arguments: forks (2), measured iterations of each (5), their
 * milliseconds (300), then a regular expression of their names.
 */
public final class KernelBenchmarks {
  private KernelBenchmarks() {}

  /** Prints a Markdown table; see the class. */
  public static void main(String[] args) throws RunnerException {
    int forks = args.length > 0 ? Integer.parseInt(args[0]) : 2;
    int iterations = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    TimeValue time = TimeValue.milliseconds(args.length > 2 ? Long.parseLong(args[2]) : 300);
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(args.length > 3 ? args[3] : "Kernels\\.")
                    .mode(Mode.AverageTime)
                    .forks(forks)
                    .warmupIterations(iterations)
                    .warmupTime(time)
                    .measurementIterations(iterations)
                    .measurementTime(time)
                    .jvmArgsAppend("-Xms256m", "-Xmx256m")
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    System.out.println("| kernel | time | 99.9 % interval | unit |\n| --- | --- | --- | --- |");
    results.forEach(result -> System.out.println(row(result)));
  }

  private static String row(RunResult run) {
    Result<?> time = run.getPrimaryResult();
    String[] name = run.getParams().getBenchmark().split("\\.", -1);
    String parameters =
        run.getParams().getParamsKeys().stream()
            .map(key -> " " + run.getParams().getParam(key))
            .collect(Collectors.joining());
    return String.format(
        Locale.ROOT,
        "| %s %s%s | %.3f | +- %.3f | %s |",
        name[name.length - 2].replace("Kernels", ""),
        time.getLabel(),
        parameters,
        time.getScore(),
        time.getScoreError(),
        time.getScoreUnit());
  }
}
