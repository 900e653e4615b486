package io.sparksr.benchmarks;

import static io.sparksr.benchmarks.Quantiles.median;
import static io.sparksr.benchmarks.Quantiles.quantile;

import io.sparksr.evaluation.Plane;
import io.sparksr.evaluation.Psnr;
import io.sparksr.evaluation.Ssim;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * PSNR and SSIM of the same planes beside scikit-image's, turn and turn about in one run, one
 * thread each. Arguments: rounds (20), width (768), height (512).
 */
public final class MetricsBenchmark {
  /** Java's turns are longer, so that both windows' loops are compiled in the first. */
  private static final int OUR_TURN = 40;

  private static final int PEER_TURN = 4;

  private final int rounds;
  private final Plane hr;
  private final Plane sr;
  private double checksum;

  private MetricsBenchmark(int rounds, int width, int height) {
    this.rounds = rounds;
    SplittableRandom random = new SplittableRandom(1);
    double[] truth = new double[width * height];
    double[] result = new double[width * height];
    for (int i = 0; i < truth.length; i++) {
      int x = i % width;
      int y = i / width;
      truth[i] = 128 + 100 * Math.sin(x / 9.0) * Math.cos(y / 7.0);
      result[i] = truth[i] + random.nextDouble(-20, 20);
    }
    hr = new Plane(width, height, truth);
    sr = new Plane(width, height, result);
  }

  /** Prints a Markdown table; see the class. */
  public static void main(String[] args) throws IOException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 20;
    int width = args.length > 1 ? Integer.parseInt(args[1]) : 768;
    int height = args.length > 2 ? Integer.parseInt(args[2]) : 512;
    MetricsBenchmark benchmark = new MetricsBenchmark(rounds, width, height);
    Path planes = Files.createTempFile("planes", ".f64");
    try {
      Files.write(planes, benchmark.bytes());
      System.out.println(
          "| SSIM window | SparkSR MPix/s | quartiles | scikit-image MPix/s | quartiles | ratio"
              + " | difference dB, SSIM |\n| --- | --- | --- | --- | --- | --- | --- |");
      System.out.println(benchmark.row("uniform", Ssim.uniform(), planes));
      System.out.println(benchmark.row("gaussian", Ssim.gaussian(), planes));
    } finally {
      Files.delete(planes);
    }
  }

  private byte[] bytes() {
    int count = hr.values().length;
    ByteBuffer bytes = ByteBuffer.allocate(2 * count * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(hr.values()).put(sr.values());
    return bytes.array();
  }

  private String row(String window, Ssim ssim, Path planes) throws IOException {
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    try (Peer peer =
        new Peer(
            "metrics_peer.py",
            window,
            planes.toString(),
            Integer.toString(hr.width()),
            Integer.toString(hr.height()))) {
      System.err.println(peer.version());
      for (int round = 0; round <= rounds; round++) {
        double[] peerMillis = peer.run(PEER_TURN);
        double[] ourMillis = turn(ssim);
        if (round > 0) {
          Arrays.stream(peerMillis).map(this::megapixels).forEach(theirs::add);
          Arrays.stream(ourMillis).map(this::megapixels).forEach(ours::add);
        }
      }
      double[] score =
          Arrays.stream(peer.ask("score").split(" ")).mapToDouble(Double::parseDouble).toArray();
      return String.format(
          Locale.ROOT,
          "| %s | %.1f | %.1f to %.1f | %.2f | %.2f to %.2f | %.1f | %.1e, %.1e |",
          window,
          median(ours),
          quantile(ours, 0.25),
          quantile(ours, 0.75),
          median(theirs),
          quantile(theirs, 0.25),
          quantile(theirs, 0.75),
          median(ours) / median(theirs),
          Math.abs(score[0] - Psnr.of(hr, sr)),
          Math.abs(score[1] - ssim.of(hr, sr)));
    }
  }

  private double[] turn(Ssim ssim) {
    double[] millis = new double[OUR_TURN];
    for (int i = 0; i < OUR_TURN; i++) {
      long start = System.nanoTime();
      checksum += Psnr.of(hr, sr) + ssim.of(hr, sr);
      millis[i] = 1e-6 * (System.nanoTime() - start);
    }
    if (Double.isNaN(checksum)) {
      throw new IllegalStateException("a score is not a number");
    }
    return millis;
  }

  private double megapixels(double millis) {
    return hr.values().length / (1e3 * millis);
  }
}
