package io.sparksr.evaluation.report;

import io.sparksr.evaluation.Score;
import java.util.Locale;

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

  private static String signed(double value, String magnitude) {
    return (value < 0 ? "\u2212" : "+") + magnitude;
  }
}
