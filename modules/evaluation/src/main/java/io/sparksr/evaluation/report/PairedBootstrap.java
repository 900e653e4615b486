package io.sparksr.evaluation.report;

import io.sparksr.core.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The percentile interval of a mean of differences, by drawing the images anew with replacement
 * (Efron 1979, "Bootstrap methods: another look at the jackknife"). Differences are of the same
 * image by two models, so that how hard an image is does not widen the interval.
 */
final class PairedBootstrap {
  static final int RESAMPLES = 10_000;
  static final double CONFIDENCE = 0.95;

  /** The same draws for all models and runs: an interval is reproducible to the last bit. */
  static final long SEED = 1;

  private PairedBootstrap() {}

  /**
   * The interval of the mean.
   *
   * @param differences one per image
   * @return its lower and upper end; empty for fewer than two images, or where one is not finite
   */
  static List<Double> interval(double[] differences) {
    int count = differences.length;
    if (count < 2 || !Arrays.stream(differences).allMatch(Double::isFinite)) {
      return List.of();
    }
    SplittableRandom random = Seeds.random(SEED, "paired-bootstrap", count);
    double[] means = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      double sum = 0;
      for (int draw = 0; draw < count; draw++) {
        sum += differences[random.nextInt(count)];
      }
      means[i] = sum / count;
    }
    Arrays.sort(means);
    double tail = (1 - CONFIDENCE) / 2;
    return List.of(quantile(means, tail), quantile(means, 1 - tail));
  }

  /** Linear between the neighbouring order statistics, as numpy's default. */
  private static double quantile(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
