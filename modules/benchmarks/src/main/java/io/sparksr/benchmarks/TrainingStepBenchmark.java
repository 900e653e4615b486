package io.sparksr.benchmarks;

import static io.sparksr.benchmarks.Quantiles.median;
import static io.sparksr.benchmarks.Quantiles.quantile;

import io.sparksr.nn.Precision;
import io.sparksr.nn.TorchThreads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A training step of the full SRResNet (64 channels, 16 blocks) beside PyTorch's, turn and turn
 * about in one run: batch 16, 96x96 crops, 2 threads. Arguments: rounds (8), steps per turn (3),
 * JSON file (none).
 */
public final class TrainingStepBenchmark {
  private static final List<String> PEERS = List.of("default", "channels-last", "bf16");
  private static final int THREADS = 2;
  private static final int BATCH = 16;
  private static final int SIDE = 96;

  private final Map<String, List<Double>> millis = new LinkedHashMap<>();
  private final Map<String, Long> peaks = new LinkedHashMap<>();
  private final Map<Precision, List<double[]>> parts = new LinkedHashMap<>();
  private String version;

  private TrainingStepBenchmark() {}

  /** Prints Markdown tables; see the class. */
  public static void main(String[] args) throws IOException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 8;
    int turn = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    TrainingStepBenchmark benchmark = new TrainingStepBenchmark();
    benchmark.measure(rounds, turn);
    System.out.println(benchmark.markdown());
    if (args.length > 2) {
      Files.writeString(Path.of(args[2]), benchmark.json(), StandardCharsets.UTF_8);
    }
  }

  private void measure(int rounds, int turn) throws IOException {
    TorchThreads.use(THREADS);
    try (StepUnderTest fp32 = new StepUnderTest(Precision.FP32, 64, 16, BATCH, SIDE);
        StepUnderTest bf16 = new StepUnderTest(Precision.BF16, 64, 16, BATCH, SIDE);
        Peer plain = peer(0);
        Peer channelsLast = peer(1);
        Peer autocast = peer(2)) {
      version = plain.version();
      List<Peer> peers = List.of(plain, channelsLast, autocast);
      // The first turn of each warms up: compilation, oneDNN's kernels, the allocator.
      for (int round = 0; round <= rounds; round++) {
        for (int i = 0; i < PEERS.size(); i++) {
          double[] times = peers.get(i).run(turn);
          if (round > 0) {
            Arrays.stream(times).forEach(millis(name(i))::add);
          }
        }
        ours(fp32, Precision.FP32, turn, round > 0);
        if (round == 0) {
          peaks.put("SparkSR fp32", ResidentSet.peakKilobytes());
        }
        ours(bf16, Precision.BF16, turn, round > 0);
      }
      peaks.put("SparkSR fp32 and bf16 in one JVM", ResidentSet.peakKilobytes());
      for (int i = 0; i < PEERS.size(); i++) {
        peaks.put(name(i), peers.get(i).peakKilobytes());
      }
    }
  }

  private static Peer peer(int index) throws IOException {
    return new Peer("step_peer.py", PEERS.get(index), Integer.toString(THREADS));
  }

  private void ours(StepUnderTest step, Precision precision, int turn, boolean counted) {
    for (int i = 0; i < turn; i++) {
      double[] times = step.run();
      if (counted) {
        millis("SparkSR " + name(precision)).add(Arrays.stream(times).sum());
        parts.computeIfAbsent(precision, key -> new ArrayList<>()).add(times);
      }
    }
  }

  private static String name(int peer) {
    return "PyTorch " + PEERS.get(peer);
  }

  private static String name(Precision precision) {
    return precision.name().toLowerCase(Locale.ROOT);
  }

  private List<Double> millis(String who) {
    return millis.computeIfAbsent(who, key -> new ArrayList<>());
  }

  private String markdown() {
    StringBuilder text = new StringBuilder("PyTorch " + version + "\n\n");
    text.append("| step | median ms | quartiles | steps |\n| --- | --- | --- | --- |\n");
    millis.forEach(
        (who, times) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.0f to %.0f | %d |%n",
                    who,
                    median(times),
                    quantile(times, 0.25),
                    quantile(times, 0.75),
                    times.size())));
    text.append("\n| ratio | PyTorch's time / ours |\n| --- | --- |\n");
    ratios().forEach((name, value) -> text.append(row(name, "%.3f", value)));
    text.append("\n| peak resident set | MB |\n| --- | --- |\n");
    peaks.forEach((who, kilobytes) -> text.append(row(who, "%.0f", kilobytes / 1024.0)));
    parts.keySet().forEach(precision -> text.append(profile(precision)));
    return text.toString();
  }

  private Map<String, Double> ratios() {
    Map<String, Double> ratios = new LinkedHashMap<>();
    for (int i = 0; i < PEERS.size(); i++) {
      String ours = "SparkSR " + (PEERS.get(i).equals("bf16") ? "bf16" : "fp32");
      ratios.put(name(i) + " / " + ours, median(millis(name(i))) / median(millis(ours)));
    }
    return ratios;
  }

  private String profile(Precision precision) {
    StringBuilder text =
        new StringBuilder("\n| part, " + name(precision) + " | median ms |\n| --- | --- |\n");
    for (int i = 0; i < StepUnderTest.PARTS.size(); i++) {
      int part = i;
      List<Double> times = parts.get(precision).stream().map(all -> all[part]).toList();
      text.append(row(StepUnderTest.PARTS.get(i), "%.1f", median(times)));
    }
    return text.toString();
  }

  private static String row(String name, String format, double value) {
    return "| " + name + " | " + String.format(Locale.ROOT, format, value) + " |\n";
  }

  private String json() {
    List<String> fields = new ArrayList<>();
    fields.add("\"pytorch\": \"" + version + "\"");
    millis.forEach((who, times) -> fields.add("\"" + who + " ms\": " + times));
    ratios().forEach((name, value) -> fields.add("\"" + name + "\": " + value));
    peaks.forEach((who, kilobytes) -> fields.add("\"" + who + " peak kB\": " + kilobytes));
    return "{\n  " + String.join(",\n  ", fields) + "\n}\n";
  }
}
