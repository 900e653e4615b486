package io.sparksr.evaluation.report;

import io.sparksr.evaluation.Score;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** Scores as reports print them: PSNR with 2 decimals, SSIM with 4. */
final class ScoreText {
  private ScoreText() {}

  static String psnr(double decibels) {
    return Double.isInfinite(decibels) ? "∞" : String.format(Locale.ROOT, "%.2f", decibels);
  }

  static String ssim(double ssim) {
    return String.format(Locale.ROOT, "%.4f", ssim);
  }

  static String both(Score score) {
    return psnr(score.psnr()) + " / " + ssim(score.ssim());
  }

  /** With a sign: a true minus, so that it is as wide as the plus; "n/a" between two infinities. */
  static String psnrGain(double decibels) {
    if (Double.isNaN(decibels)) {
      return "n/a";
    }
    return signed(decibels, psnr(Math.abs(decibels)));
  }

  static String ssimGain(double ssim) {
    return signed(ssim, ssim(Math.abs(ssim)));
  }

  /** How many images a difference is over; a single one has no interval, and that is said. */
  static String count(int images) {
    return images == 1 ? "1, no interval" : Integer.toString(images);
  }

  /** A mean difference with its interval, if there is one. */
  static String interval(double mean, List<Double> interval, DoubleFunction<String> gain) {
    String text = gain.apply(mean);
    return interval.isEmpty()
        ? text
        : text + " [" + gain.apply(interval.get(0)) + ", " + gain.apply(interval.get(1)) + "]";
  }

  private static String signed(double value, String magnitude) {
    return (value < 0 ? "\u2212" : "+") + magnitude;
  }
}
