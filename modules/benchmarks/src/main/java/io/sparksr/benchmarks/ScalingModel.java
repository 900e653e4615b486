package io.sparksr.benchmarks;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;

/**
 * The expected efficiency of data-parallel training on clusters, from what was measured on one
 * machine and what is assumed of others: {@code docs/scaling.md} explains it. Arguments: a file of
 * properties ({@code modules/benchmarks/scaling.properties}).
 *
 * <p>A step on N replicas takes {@code compute + exchange(N, bytes)}, nothing overlapping, with
 *
 * <pre>exchange(N, S) = 2 (N - 1) latency + 2 (N - 1) / N * S / min(network rate, processing rate)
 * </pre>
 */
public final class ScalingModel {
  private static final double BITS = 8;
  private static final double MILLION = 1e6;

  private final Properties inputs = new Properties();

  private ScalingModel(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      inputs.load(reader);
    }
  }

  /** Prints Markdown tables; see the class. */
  public static void main(String[] args) throws IOException {
    Path file =
        args.length > 0
            ? Path.of(args[0])
            : Path.of(
                System.getProperty("sparksr.benchmarks.peers"), "../../../scaling.properties");
    ScalingModel model = new ScalingModel(file);
    System.out.println(model.check());
    System.out.println(model.checkSteps());
    System.out.println(model.plan());
  }

  /** What the model says of this machine, where all ranks share its cores, beside what it does. */
  private String check() {
    double[] ranks = numbers("check.ranks");
    double[] megabytes = numbers("check.megabytes");
    StringBuilder text =
        new StringBuilder(
            """
            | ranks on this machine | MB | exchange by the model, ms | measured, ms |
            | --- | --- | --- | --- |
            """);
    for (double n : ranks) {
      for (double size : megabytes) {
        // More ranks than cores take turns.
        double turns = Math.max(1, n / number("check.cores"));
        double expected =
            turns * exchangeMillis(n, size, number("check.latency-micros"), Double.MAX_VALUE);
        text.append(
            String.format(
                Locale.ROOT,
                "| %.0f | %.1f | %.1f | %.1f |%n",
                n,
                size,
                expected,
                number("check.measured-millis." + (int) n + "." + (int) size)));
      }
    }
    return text.toString();
  }

  /** The same for whole steps: a global batch that N ranks of one thread share. */
  private String checkSteps() {
    StringBuilder text =
        new StringBuilder(
            """
            | ranks on this machine | step by the model, ms | measured, ms | model / measured |
            | --- | --- | --- | --- |
            """);
    double megabytes = numbers("check.megabytes")[0];
    for (double n : numbers("check.ranks")) {
      double turns = Math.max(1, n / number("check.cores"));
      double compute = number("check.step-millis.1") / n;
      double exchange =
          exchangeMillis(n, megabytes, number("check.latency-micros"), Double.MAX_VALUE);
      double expected = turns * (compute + exchange);
      double measured = number("check.step-millis." + (int) n);
      text.append(
          String.format(
              Locale.ROOT,
              "| %.0f | %.0f | %.0f | %.2f |%n",
              n,
              expected,
              measured,
              expected / measured));
    }
    return text.toString();
  }

  private String plan() {
    StringBuilder text =
        new StringBuilder(
            """
            | training | network | assumed GPU step, ms | 8 GPUs | 64 GPUs | 512 GPUs |
            | --- | --- | --- | --- | --- | --- |
            """);
    for (String training : inputs.getProperty("plan.trainings").split(" ", -1)) {
      double[] messages = numbers("plan." + training + ".megabytes");
      for (double gigabits : numbers("plan.gigabits")) {
        for (double step : numbers("plan." + training + ".step-millis")) {
          text.append(
              String.format(Locale.ROOT, "| %s | %.0f Gb/s | %.0f |", training, gigabits, step));
          for (double n : numbers("plan.replicas")) {
            double exchange =
                Arrays.stream(messages)
                    .map(
                        size ->
                            exchangeMillis(n, size, number("plan.latency-micros"), rate(gigabits)))
                    .sum();
            text.append(
                String.format(
                    Locale.ROOT, " %.0f %% (%.1f ms) |", 100 * step / (step + exchange), exchange));
          }
          text.append('\n');
        }
      }
    }
    return text.toString();
  }

  /** Bytes a second of a link, less what its protocols need. */
  private double rate(double gigabits) {
    return gigabits * 1e9 / BITS * number("plan.link-efficiency");
  }

  private double exchangeMillis(
      double ranks, double megabytes, double latencyMicros, double linkBytesPerSecond) {
    double rate = Math.min(linkBytesPerSecond, number("processing-megabytes-per-second") * MILLION);
    double passes = 2 * (ranks - 1);
    return passes * latencyMicros / 1e3 + 1e3 * passes / ranks * megabytes * MILLION / rate;
  }

  private double number(String key) {
    return numbers(key)[0];
  }

  private double[] numbers(String key) {
    String value = inputs.getProperty(key);
    if (value == null) {
      throw new IllegalArgumentException("no " + key + " among the inputs");
    }
    return Arrays.stream(value.trim().split(" +")).mapToDouble(Double::parseDouble).toArray();
  }
}
