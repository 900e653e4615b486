package io.sparksr.benchmarks;

import static io.sparksr.benchmarks.Quantiles.median;
import static io.sparksr.benchmarks.Quantiles.quantile;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparksr.nn.FlatParameters;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Networks;
import io.sparksr.nn.Precision;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.nn.TorchThreads;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The full SRResNet (64 channels, 16 blocks) alone, 480x270 to 1920x1080, beside PyTorch's, turn
 * and turn about in one run on 2 threads. Arguments: rounds (8), images per turn (1).
 */
public final class UpscaleNetworkBenchmark {
  private static final int THREADS = 2;
  private static final int WIDTH = 480;
  private static final int HEIGHT = 270;
  private static final int SCALE = 4;

  private final Map<String, List<Double>> millis = new LinkedHashMap<>();

  private UpscaleNetworkBenchmark() {}

  /** Prints a Markdown table; see the class. */
  public static void main(String[] args) throws IOException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 8;
    int turn = args.length > 1 ? Integer.parseInt(args[1]) : 1;
    TorchThreads.use(THREADS);
    UpscaleNetworkBenchmark benchmark = new UpscaleNetworkBenchmark();
    try (NDManager manager = NDManager.newBaseManager();
        Peer channelsLast = peer("channels-last");
        Peer autocast = peer("bf16")) {
      SuperResolutionNetwork fp32 = network(Precision.FP32, manager);
      SuperResolutionNetwork bf16 = network(Precision.BF16, manager);
      // The first round warms up.
      for (int round = 0; round <= rounds; round++) {
        benchmark.note(round, "PyTorch channels-last", channelsLast.run(turn));
        benchmark.note(round, "SparkSR fp32", enlarge(fp32, manager, turn));
        benchmark.note(round, "PyTorch bf16", autocast.run(turn));
        benchmark.note(round, "SparkSR bf16", enlarge(bf16, manager, turn));
      }
      System.out.println("PyTorch " + channelsLast.version() + "\n\n" + benchmark.markdown());
    }
  }

  private static Peer peer(String variant) throws IOException {
    return new Peer(
        "upscale_peer.py",
        variant,
        Integer.toString(THREADS),
        Integer.toString(WIDTH),
        Integer.toString(HEIGHT));
  }

  private static SuperResolutionNetwork network(Precision precision, NDManager manager) {
    SuperResolutionNetwork network =
        Networks.create(new NetworkSettings("srresnet", 64, 16, 9, 3, SCALE), precision);
    new FlatParameters(network, manager).initialise(1);
    return network;
  }

  private static double[] enlarge(SuperResolutionNetwork network, NDManager manager, int images) {
    float[] lr = new float[3 * WIDTH * HEIGHT];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < lr.length; i++) {
      lr[i] = (float) random.nextDouble();
    }
    double[] times = new double[images];
    for (int i = 0; i < images; i++) {
      long start = System.nanoTime();
      try (NDManager scope = manager.newSubManager()) {
        NDArray input = scope.create(FloatBuffer.wrap(lr), new Shape(1, 3, HEIGHT, WIDTH));
        network.forward(input, false);
      }
      times[i] = (System.nanoTime() - start) / 1e6;
    }
    return times;
  }

  private void note(int round, String who, double[] times) {
    if (round > 0) {
      List<Double> all = millis.computeIfAbsent(who, key -> new ArrayList<>());
      Arrays.stream(times).forEach(all::add);
    }
  }

  private String markdown() {
    StringBuilder text =
        new StringBuilder(
            "| network | median ms | quartiles | MPix/s out |\n| --- | --- | --- | --- |\n");
    double megapixels = 1e-6 * WIDTH * HEIGHT * SCALE * SCALE;
    millis.forEach(
        (who, times) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.0f to %.0f | %.3f |%n",
                    who,
                    median(times),
                    quantile(times, 0.25),
                    quantile(times, 0.75),
                    1e3 * megapixels / median(times))));
    text.append("\n| ratio of the medians | PyTorch's time / ours |\n| --- | --- |\n");
    text.append(ratio("PyTorch channels-last", "SparkSR fp32"));
    text.append(ratio("PyTorch bf16", "SparkSR bf16"));
    return text.toString();
  }

  private String ratio(String peer, String ours) {
    double ratio = median(millis.get(peer)) / median(millis.get(ours));
    return String.format(Locale.ROOT, "| %s / %s | %.3f |%n", peer, ours, ratio);
  }
}
