package io.sparksr.benchmarks;

import static io.sparksr.benchmarks.Quantiles.median;

import io.sparksr.collective.Communicator;
import io.sparksr.collective.WireFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An all-reduce of several processes on loopback beside the bare exchange of the same bytes between
 * the same processes, turn and turn about: what synchronised batch norm sends for a layer, the
 * gradients of SRResNet and those of the discriminator, in the clear and over TLS, as float32 and
 * as bfloat16 on the wire. Arguments: rounds for the small messages (60), for the large one (12),
 * then numbers of ranks (2 4).
 */
public final class AllReduceBenchmark {
  /** 129 doubles are 258 floats; parameters of SRResNet and of the discriminator. */
  private static final int[] FLOATS = {258, 1_549_462, 23_565_505};

  private final Ranks ranks;
  private final Communicator plain;
  private final Communicator encrypted;
  private final RawExchange raw;

  private AllReduceBenchmark(
      Ranks ranks, Communicator plain, Communicator encrypted, RawExchange raw) {
    this.ranks = ranks;
    this.plain = plain;
    this.encrypted = encrypted;
    this.raw = raw;
  }

  /** Prints a Markdown table; see the class. */
  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals(Ranks.PEER)) {
      try (Ranks ranks = Ranks.join(args)) {
        measure(ranks, Ranks.own(args));
      }
      return;
    }
    String small = args.length > 0 ? args[0] : "60";
    String large = args.length > 1 ? args[1] : "12";
    List<String> sizes =
        args.length > 2 ? List.of(args).subList(2, args.length) : List.of("2", "4");
    System.out.println(
        "| ranks | floats | wire | raw ms | ring ms | ring / raw | TLS ms | TLS / raw |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
    List<String> options =
        List.of("-Xms48m", "-Xmx48m", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=512m");
    for (String size : sizes) {
      try (Ranks ranks =
          Ranks.start(
              AllReduceBenchmark.class, Integer.parseInt(size), options, List.of(small, large))) {
        measure(ranks, new String[] {small, large});
      }
    }
  }

  private static void measure(Ranks ranks, String[] rounds) throws Exception {
    try (Communicator plain = ranks.ring(Ranks.patient().withWire(WireFormat.BF16));
        Communicator encrypted = ranks.encryptedRing(Ranks.patient().withWire(WireFormat.BF16));
        ServerSocketChannel server = RawExchange.listen()) {
      List<String> ports = ranks.exchange(Integer.toString(server.socket().getLocalPort()));
      int next = Integer.parseInt(ports.get((ranks.rank() + 1) % ranks.worldSize()));
      try (RawExchange raw = RawExchange.connect(server, next)) {
        AllReduceBenchmark benchmark = new AllReduceBenchmark(ranks, plain, encrypted, raw);
        for (int i = 0; i < FLOATS.length; i++) {
          benchmark.measure(FLOATS[i], Integer.parseInt(rounds[Math.max(0, i - 1)]));
        }
      }
    }
  }

  private void measure(int floats, int rounds) throws Exception {
    Map<String, Exchange> exchanges = exchanges(floats);
    Map<String, List<Double>> millis = new LinkedHashMap<>();
    for (int round = -Math.max(3, rounds / 3); round < rounds; round++) {
      for (Map.Entry<String, Exchange> exchange : exchanges.entrySet()) {
        double time = timed(exchange.getValue());
        if (round >= 0) {
          millis.computeIfAbsent(exchange.getKey(), key -> new ArrayList<>()).add(time);
        }
      }
    }
    if (ranks.rank() == 0) {
      for (String wire : List.of("fp64", "fp32", "bf16")) {
        if (millis.containsKey(wire + " ring")) {
          print(floats, wire, millis);
        }
      }
    }
  }

  /** Batch norm's message as the doubles that it is too. */
  private Map<String, Exchange> exchanges(int floats) {
    FloatBuffer values =
        ByteBuffer.allocateDirect(Float.BYTES * floats)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    int n = ranks.worldSize();
    long bytes = 2L * (n - 1) * floats / n * Float.BYTES;
    Map<String, Exchange> exchanges = new LinkedHashMap<>();
    exchanges.put("fp32 raw, one thread", () -> raw.withOneThread(bytes));
    exchanges.put("fp32 raw, two threads", () -> raw.withTwoThreads(bytes));
    exchanges.put("fp32 ring", () -> plain.allReduceSum(values));
    exchanges.put("fp32 TLS", () -> encrypted.allReduceSum(values));
    if (floats == FLOATS[0]) {
      DoubleBuffer doubles = DoubleBuffer.allocate(floats / 2);
      exchanges.put("fp64 raw, one thread", () -> raw.withOneThread(bytes));
      exchanges.put("fp64 raw, two threads", () -> raw.withTwoThreads(bytes));
      exchanges.put("fp64 ring", () -> plain.allReduceSum(doubles));
      exchanges.put("fp64 TLS", () -> encrypted.allReduceSum(doubles));
    }
    exchanges.put("bf16 raw, one thread", () -> raw.withOneThread(bytes / 2));
    exchanges.put("bf16 raw, two threads", () -> raw.withTwoThreads(bytes / 2));
    exchanges.put("bf16 ring", () -> plain.allReduceGradients(values));
    exchanges.put("bf16 TLS", () -> encrypted.allReduceGradients(values));
    return exchanges;
  }

  private void print(int floats, String wire, Map<String, List<Double>> millis) {
    double bare =
        Math.min(
            median(millis.get(wire + " raw, one thread")),
            median(millis.get(wire + " raw, two threads")));
    double ring = median(millis.get(wire + " ring"));
    double tls = median(millis.get(wire + " TLS"));
    System.out.printf(
        Locale.ROOT,
        "| %d | %,d | %s | %.3f | %.3f | %.2f | %.3f | %.2f |%n",
        ranks.worldSize(),
        floats,
        wire,
        bare,
        ring,
        ring / bare,
        tls,
        tls / bare);
  }

  private interface Exchange {
    void run() throws Exception;
  }

  private double timed(Exchange exchange) throws Exception {
    plain.barrier();
    long start = System.nanoTime();
    exchange.run();
    return (System.nanoTime() - start) / 1e6;
  }
}
