package io.sparksr.benchmarks;

import io.sparksr.collective.Communicator;
import io.sparksr.nn.Precision;
import io.sparksr.nn.TorchThreads;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What an exchange beside computation would gain: two processes with one thread each compute a step
 * of an SRResNet and exchange the discriminator's gradients (23.6 million floats), one after the
 * other and both at once. Arguments: rounds (12).
 */
public final class OverlapBenchmark {
  private static final int FLOATS = 23_565_505;
  private static final int BLOCKS = 4;
  private static final int BATCH = 4;
  private static final int SIDE = 96;

  private OverlapBenchmark() {}

  /** Prints a Markdown table; see the class. */
  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals(Ranks.PEER)) {
      try (Ranks ranks = Ranks.join(args)) {
        measure(ranks, Integer.parseInt(Ranks.own(args)[0]));
      }
      return;
    }
    String rounds = args.length > 0 ? args[0] : "12";
    List<String> options =
        List.of("-Xms48m", "-Xmx48m", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=512m");
    try (Ranks ranks = Ranks.start(OverlapBenchmark.class, 2, options, List.of(rounds))) {
      measure(ranks, Integer.parseInt(rounds));
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static void measure(Ranks ranks, int rounds) throws Exception {
    TorchThreads.use(1);
    FloatBuffer values =
        ByteBuffer.allocateDirect(Float.BYTES * FLOATS)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    ExecutorService beside = Executors.newSingleThreadExecutor();
    Map<String, List<Double>> millis = new LinkedHashMap<>();
    try (Communicator ring = ranks.ring(Ranks.patient());
        StepUnderTest step = new StepUnderTest(Precision.FP32, 64, BLOCKS, BATCH, SIDE)) {
      Map<String, Work> kinds = new LinkedHashMap<>();
      kinds.put("compute alone", step::run);
      kinds.put("exchange alone", () -> ring.allReduceSum(values));
      kinds.put(
          "one after the other",
          () -> {
            step.run();
            ring.allReduceSum(values);
          });
      kinds.put(
          "both at once",
          () -> {
            Future<?> exchange = beside.submit(() -> ring.allReduceSum(values));
            step.run();
            exchange.get();
          });
      for (int round = -2; round < rounds; round++) {
        for (Map.Entry<String, Work> kind : kinds.entrySet()) {
          ring.barrier();
          long start = System.nanoTime();
          kind.getValue().run();
          ring.barrier();
          double time = (System.nanoTime() - start) / 1e6;
          if (round >= 0) {
            millis.computeIfAbsent(kind.getKey(), key -> new ArrayList<>()).add(time);
          }
        }
      }
    } finally {
      beside.shutdown();
    }
    if (ranks.rank() == 0) {
      System.out.println("| two processes, one thread each | median ms |\n| --- | --- |");
      millis.forEach(
          (kind, all) ->
              System.out.printf(
                  Locale.ROOT,
                  "| %s | %.1f |%n",
                  kind,
                  all.stream().sorted().toList().get(all.size() / 2)));
    }
  }
}
