package io.sparksr.benchmarks;

import io.sparksr.collective.Communicator;
import io.sparksr.collective.SoloCommunicator;
import io.sparksr.core.config.ConfigLoader;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Precision;
import io.sparksr.training.MetricsLine;
import io.sparksr.training.Objective;
import io.sparksr.training.ReplicaLoop;
import io.sparksr.training.ReplicaServices;
import io.sparksr.training.ReplicaTimes;
import io.sparksr.training.TrainSettings;
import io.sparksr.training.TrainingIdentity;
import io.sparksr.training.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Training of the full SRResNet (64 channels, 16 blocks, global batch 16, fp32) by several
 * processes with one thread each beside one process with two, turn and turn about, through the loop
 * that Spark's tasks run, on shards of noise. Arguments: rounds (3), steps a run (9), then some of
 * {@code 1x2 1x1 2x1 4x1 1x2-save 2x1-sync 2x1-tls}: processes x threads (the first three of them
 * if none are given), with a checkpoint every third step, synchronised batch norm or an encrypted
 * ring.
 */
public final class ScalingBenchmark {
  /** Steps of a line of metrics; the first line is the warm-up. */
  private static final int LOGGED = 3;

  private final Path folder;
  private final int steps;
  private final Map<String, List<MetricsLine>> lines = new LinkedHashMap<>();

  private ScalingBenchmark(Path folder, int steps) {
    this.folder = folder;
    this.steps = steps;
  }

  /** Prints a Markdown table; see the class. */
  public static void main(String[] args) throws IOException {
    if (args.length > 0 && args[0].equals(Ranks.PEER)) {
      try (Ranks ranks = Ranks.join(args)) {
        String[] own = Ranks.own(args);
        new ScalingBenchmark(Path.of(own[0]), Integer.parseInt(own[1])).train(own[2], ranks);
      }
      return;
    }
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
    int steps = args.length > 1 ? Integer.parseInt(args[1]) : 9;
    List<String> set =
        args.length > 2 ? List.of(args).subList(2, args.length) : List.of("1x2", "1x1", "2x1");
    Path folder = Files.createTempDirectory("sparksr-scaling");
    MadeUpShards.write(new LocalFileStore(), folder.resolve("shards").toString(), 64);
    ScalingBenchmark benchmark = new ScalingBenchmark(folder, steps);
    for (int round = 0; round < rounds; round++) {
      for (String kind : set) {
        benchmark.run(kind);
      }
    }
    System.out.println(benchmark.markdown());
  }

  private void run(String kind) throws IOException {
    int processes = Integer.parseInt(kind.substring(0, 1));
    List<String> options =
        List.of("-Xms48m", "-Xmx48m", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=512m");
    List<String> arguments = List.of(folder.toString(), Integer.toString(steps), kind);
    try (Ranks ranks = Ranks.start(ScalingBenchmark.class, processes, options, arguments)) {
      lines.computeIfAbsent(kind, key -> new ArrayList<>()).addAll(train(kind, ranks));
    }
  }

  /** Lines of metrics on rank 0, each of {@link #LOGGED} steps, without that of the first ones. */
  private List<MetricsLine> train(String kind, Ranks ranks) throws IOException {
    List<MetricsLine> logged = new ArrayList<>();
    ReplicaLoop.Listener listener =
        new ReplicaLoop.Listener() {
          @Override
          public void progress(long step, double loss, double imagesPerSecond) {}

          @Override
          public void logged(MetricsLine line) {
            logged.add(line);
          }
        };
    TrainingPlan plan = plan(kind, ranks);
    try (Communicator communicator = communicator(kind, ranks)) {
      new ReplicaLoop(
              plan,
              ReplicaServices.of(new LocalFileStore(), communicator, ComputeDevice.cpu(), listener))
          .run();
    }
    return ranks.rank() == 0 ? logged.subList(1, logged.size()) : List.of();
  }

  private static Communicator communicator(String kind, Ranks ranks) throws IOException {
    if (ranks.worldSize() == 1) {
      return new SoloCommunicator();
    }
    return kind.endsWith("-tls")
        ? ranks.encryptedRing(Ranks.patient())
        : ranks.ring(Ranks.patient());
  }

  private TrainingPlan plan(String kind, Ranks ranks) throws IOException {
    int threads = Integer.parseInt(kind.substring(2, 3));
    Settings settings =
        ConfigLoader.load(
                Optional.empty(),
                List.of(
                    "train.replicas=" + ranks.worldSize(),
                    "train.steps=" + steps,
                    "train.precision=fp32",
                    "train.log-every=" + LOGGED,
                    "train.checkpoint-every=" + (kind.endsWith("-save") ? LOGGED : steps),
                    "train.batch-norm=" + (kind.endsWith("-sync") ? "sync" : "local")))
            .bindSections(Settings.class);
    String output = ranks.exchange(Files.createTempDirectory(folder, "run").toString()).get(0);
    return new TrainingPlan(
        settings.network(),
        settings.train(),
        Objective.content(),
        Precision.FP32,
        threads,
        folder.resolve("shards").toString(),
        output,
        TrainingIdentity.of(settings.network(), settings.train(), Precision.FP32, "made up"));
  }

  private record Settings(NetworkSettings network, TrainSettings train) {}

  private String markdown() {
    StringBuilder text =
        new StringBuilder(
            "| processes x threads | images/s | of the first | step ms | data ms | compute ms | save ms"
                + " | communicate ms | of the step | of it not waiting ms | of the step |\n"
                + "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    int batch =
        ConfigLoader.load(Optional.empty(), List.of())
            .bindSections(Settings.class)
            .train()
            .globalBatch();
    double first = median(lines.values().iterator().next(), MetricsLine::imagesPerSecond);
    lines.forEach(
        (kind, all) -> {
          double rate = median(all, MetricsLine::imagesPerSecond);
          double communicate = median(all, MetricsLine::communicateMillis);
          double exchange = median(all, ScalingBenchmark::exchangeMillis);
          text.append(
              String.format(
                  Locale.ROOT,
                  "| %s | %.2f | %.3f | %.1f | %.1f | %.1f | %.1f | %.2f | %.2f %% | %.2f | %.2f %% |%n",
                  kind,
                  rate,
                  rate / first,
                  1e3 * batch / rate,
                  median(all, MetricsLine::dataMillis),
                  median(all, MetricsLine::computeMillis),
                  median(all, MetricsLine::saveMillis),
                  communicate,
                  100 * communicate * rate / (1e3 * batch),
                  exchange,
                  100 * exchange * rate / (1e3 * batch)));
        });
    return text.toString();
  }

  /** The rank that comes last waits for nobody. */
  private static double exchangeMillis(MetricsLine line) {
    return line.replicas().stream()
        .mapToDouble(ReplicaTimes::communicateMillis)
        .min()
        .orElseThrow();
  }

  private static double median(List<MetricsLine> lines, ToDoubleFunction<MetricsLine> value) {
    return Quantiles.median(lines.stream().map(value::applyAsDouble).toList());
  }
}
