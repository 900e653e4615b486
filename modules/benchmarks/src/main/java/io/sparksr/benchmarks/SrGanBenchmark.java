package io.sparksr.benchmarks;

import static io.sparksr.benchmarks.Quantiles.median;
import static io.sparksr.benchmarks.Quantiles.quantile;

import io.sparksr.nn.Precision;
import io.sparksr.nn.TorchThreads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An SRGAN iteration of the paper's sizes beside PyTorch's, turn and turn about in one run: batch
 * 16, 96x96, VGG19 up to (5, 4) with random weights, 2 threads. Arguments: rounds (6), iterations a
 * turn (1), batch (16; other sizes time SparkSR alone).
 */
public final class SrGanBenchmark {
  private static final List<String> PEERS = List.of("channels-last", "frozen", "bf16");
  private static final int THREADS = 2;
  private static final int BATCH = 16;

  private final Map<String, List<Double>> millis = new LinkedHashMap<>();
  private final Map<Precision, List<double[]>> parts = new LinkedHashMap<>();

  private SrGanBenchmark() {}

  /** Prints Markdown tables; see the class. */
  public static void main(String[] args) throws IOException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 6;
    int turn = args.length > 1 ? Integer.parseInt(args[1]) : 1;
    int batch = args.length > 2 ? Integer.parseInt(args[2]) : BATCH;
    SrGanBenchmark benchmark = new SrGanBenchmark();
    benchmark.measure(rounds, turn, batch);
    System.out.println(benchmark.markdown());
  }

  private void measure(int rounds, int turn, int batch) throws IOException {
    TorchThreads.use(THREADS);
    List<Peer> peers = new ArrayList<>();
    try (GanStepUnderTest fp32 = new GanStepUnderTest(Precision.FP32, batch);
        GanStepUnderTest bf16 = new GanStepUnderTest(Precision.BF16, batch)) {
      for (String name : batch == BATCH ? PEERS : List.<String>of()) {
        peers.add(new Peer("srgan_peer.py", name, Integer.toString(THREADS)));
      }
      // The first turn of each warms up: compilation, oneDNN's kernels, the allocator.
      for (int round = 0; round <= rounds; round++) {
        boolean counted = round > 0;
        for (int i = 0; i < peers.size(); i++) {
          double[] times = peers.get(i).run(turn);
          if (counted) {
            Arrays.stream(times).forEach(millis("PyTorch " + PEERS.get(i))::add);
          }
        }
        ours(fp32, Precision.FP32, turn, counted);
        ours(bf16, Precision.BF16, turn, counted);
      }
    } finally {
      for (Peer peer : peers) {
        peer.close();
      }
    }
  }

  private void ours(GanStepUnderTest step, Precision precision, int turn, boolean counted) {
    for (int i = 0; i < turn; i++) {
      double[] times = step.run();
      if (counted) {
        millis("SparkSR " + name(precision)).add(Arrays.stream(times).sum());
        parts.computeIfAbsent(precision, key -> new ArrayList<>()).add(times);
      }
    }
  }

  private static String name(Precision precision) {
    return precision.name().toLowerCase(Locale.ROOT);
  }

  private List<Double> millis(String who) {
    return millis.computeIfAbsent(who, key -> new ArrayList<>());
  }

  private String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("| iteration | median ms | quartiles | count |\n| --- | --- | --- | --- |\n");
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
    for (String peer : PEERS) {
      if (millis.containsKey("PyTorch " + peer)) {
        String ours = "SparkSR " + (peer.equals("bf16") ? "bf16" : "fp32");
        double ratio = median(millis("PyTorch " + peer)) / median(millis(ours));
        text.append(String.format(Locale.ROOT, "| %s / %s | %.3f |%n", peer, ours, ratio));
      }
    }
    parts.keySet().forEach(precision -> text.append(profile(precision)));
    return text.toString();
  }

  private String profile(Precision precision) {
    StringBuilder text =
        new StringBuilder("\n| part, " + name(precision) + " | median ms |\n| --- | --- |\n");
    for (int i = 0; i < GanStepUnderTest.PARTS.size(); i++) {
      int part = i;
      List<Double> times = parts.get(precision).stream().map(all -> all[part]).toList();
      text.append(
          String.format(
              Locale.ROOT, "| %s | %.1f |%n", GanStepUnderTest.PARTS.get(i), median(times)));
    }
    return text.toString();
  }
}
