package io.sparksr.benchmarks;

import ai.djl.ndarray.NDManager;
import io.sparksr.collective.SoloCommunicator;
import io.sparksr.core.config.ConfigLoader;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.evaluation.EvaluationProtocol;
import io.sparksr.evaluation.EvaluationProtocols;
import io.sparksr.evaluation.FloatImage;
import io.sparksr.inference.TiledUpscaler;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Precision;
import io.sparksr.training.CheckpointStore;
import io.sparksr.training.MetricsLine;
import io.sparksr.training.MetricsLog;
import io.sparksr.training.Objective;
import io.sparksr.training.ReplicaLoop;
import io.sparksr.training.TrainSettings;
import io.sparksr.training.TrainingIdentity;
import io.sparksr.training.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether bfloat16 trains as well as float32, and what a step waits for its data: the same training
 * in both precisions, by the loop that {@code sparksr train} runs, then the PSNR of each model,
 * computed in float32, on images that it has not seen. Arguments: folder of shards, folder of HR
 * images, new folder for the runs, then configuration as {@code key=value}.
 */
public final class PrecisionBenchmark {
  private static final int THREADS = 2;
  private static final int MAX_PIXELS = 1 << 24;
  private static final int TILE = 128;

  private final LocalFileStore files = new LocalFileStore();
  private final String shards;
  private final String images;
  private final String output;
  private final Settings settings;

  private record Settings(NetworkSettings network, TrainSettings train) {}

  private PrecisionBenchmark(String shards, String images, String output, List<String> overrides) {
    this.shards = shards;
    this.images = images;
    this.output = output;
    this.settings = ConfigLoader.load(Optional.empty(), overrides).bindSections(Settings.class);
  }

  /** Prints a Markdown table; see the class. */
  public static void main(String[] args) throws IOException {
    List<String> overrides = new ArrayList<>(List.of("train.log-every=50"));
    overrides.addAll(List.of(args).subList(3, args.length));
    PrecisionBenchmark benchmark = new PrecisionBenchmark(args[0], args[1], args[2], overrides);
    System.out.println(
        "| precision | mean loss of the last quarter | PSNR | ms a step | waiting for data |");
    System.out.println("| --- | --- | --- | --- | --- |");
    for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
      System.out.println(benchmark.row(precision));
    }
  }

  private String row(Precision precision) throws IOException {
    String name = precision.name().toLowerCase(Locale.ROOT);
    String run = Path.of(output, name).toString();
    train(precision, run);
    List<MetricsLine> lines = MetricsLog.read(files, run);
    List<MetricsLine> last = lines.subList(lines.size() * 3 / 4, lines.size());
    double loss = last.stream().mapToDouble(MetricsLine::loss).average().orElseThrow();
    // The first lines hold the warm-up of the JVM and of oneDNN.
    List<MetricsLine> warm = lines.subList(lines.size() / 4, lines.size());
    double data = warm.stream().mapToDouble(MetricsLine::dataMillis).average().orElseThrow();
    double compute = warm.stream().mapToDouble(MetricsLine::computeMillis).average().orElseThrow();
    return String.format(
        Locale.ROOT,
        "| %s | %.6f | %.3f dB | %.1f | %.2f ms, %.2f %% |",
        name,
        loss,
        psnr(run),
        data + compute,
        data,
        100 * data / (data + compute));
  }

  private void train(Precision precision, String run) throws IOException {
    TrainingPlan plan =
        new TrainingPlan(
            settings.network,
            settings.train,
            Objective.content(),
            precision,
            THREADS,
            shards,
            run,
            TrainingIdentity.of(settings.network, settings.train, precision, "not resumed"));
    try (SoloCommunicator solo = new SoloCommunicator()) {
      new ReplicaLoop(plan, files, solo, ComputeDevice.cpu(), (step, loss, rate) -> {}).run();
    }
  }

  /** The mean over the images, by the tutorial's protocol. */
  private double psnr(String run) throws IOException {
    EvaluationProtocol protocol = EvaluationProtocols.named("tutorial", settings.network.scale());
    ImageDecoder decoder = new ImageDecoder(MAX_PIXELS);
    List<Double> scores = new ArrayList<>();
    try (NDManager manager = ComputeDevice.cpu().newManager();
        Stream<Path> paths = Files.list(Path.of(images))) {
      String model = new CheckpointStore(files, run).uri(settings.train.steps());
      TiledUpscaler upscaler =
          new TiledUpscaler(
              ModelFolder.load(files, model, Precision.FP32, manager), manager, TILE, 1);
      for (Path path : paths.sorted().toList()) {
        RgbImage hr = protocol.cropHr(decoder.decode(Files.readAllBytes(path)));
        float[] sr = upscaler.upscale(protocol.reduce(hr));
        scores.add(protocol.score(hr, new FloatImage(hr.width(), hr.height(), sr)).psnr());
      }
    } catch (ImageException e) {
      throw new IOException(e.getMessage(), e);
    }
    return scores.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
