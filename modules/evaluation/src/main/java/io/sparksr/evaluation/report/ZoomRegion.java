package io.sparksr.evaluation.report;

import io.sparksr.core.image.RgbImage;
import io.sparksr.evaluation.Plane;
import io.sparksr.evaluation.report.HtmlReport.Strip;
import java.util.List;

/**
 * A part of a strip's pictures to look at closely, in LR pixels, so that all pictures are cut at
 * the same places.
 *
 * @param left of its first column
 * @param top of its first row
 * @param width at least 1
 * @param height at least 1
 */
record ZoomRegion(int left, int top, int width, int height) {
  private static final double PART_OF_PICTURE = 0.2;

  /** Beyond this many LR pixels, single ones could hardly be seen. */
  private static final double LONGEST_SIDE = 32;

  /**
   * The region of the picture's proportions where the error is largest: the sum over all panels but
   * the first, which is the baseline, or that of the only one.
   *
   * @param errors a plane of HR's size per panel
   */
  static ZoomRegion find(Strip strip, List<Plane> errors) {
    RgbImage lr = strip.lr();
    double part = Math.min(PART_OF_PICTURE, LONGEST_SIDE / Math.max(lr.width(), lr.height()));
    int width = Math.max(1, (int) Math.round(lr.width() * part));
    int height = Math.max(1, (int) Math.round(lr.height() * part));
    double[][] sums = summedErrors(strip, errors);
    ZoomRegion best = new ZoomRegion(0, 0, width, height);
    double most = -1;
    for (int top = 0; top + height <= lr.height(); top++) {
      for (int left = 0; left + width <= lr.width(); left++) {
        double sum =
            sums[top + height][left + width]
                - sums[top][left + width]
                - sums[top + height][left]
                + sums[top][left];
        if (sum > most) {
          most = sum;
          best = new ZoomRegion(left, top, width, height);
        }
      }
    }
    return best;
  }

  /** This part of LR ({@code scale} 1) or of a picture {@code scale} times as large. */
  RgbImage of(RgbImage picture, int scale) {
    return picture.crop(left * scale, top * scale, width * scale, height * scale);
  }

  /** Element [y][x] is the sum of the errors over the LR pixels above and left of (x, y). */
  private static double[][] summedErrors(Strip strip, List<Plane> errors) {
    int scale = strip.scale();
    int width = strip.lr().width();
    int height = strip.lr().height();
    List<Plane> counted = errors.subList(errors.size() > 1 ? 1 : 0, errors.size());
    double[][] sums = new double[height + 1][width + 1];
    for (int y = 0; y < height; y++) {
      double row = 0;
      for (int x = 0; x < width; x++) {
        for (Plane error : counted) {
          row += sum(error, x * scale, y * scale, scale);
        }
        sums[y + 1][x + 1] = sums[y][x + 1] + row;
      }
    }
    return sums;
  }

  private static double sum(Plane error, int left, int top, int side) {
    double sum = 0;
    for (int y = top; y < top + side; y++) {
      int start = y * error.width() + left;
      for (int i = start; i < start + side; i++) {
        sum += error.values()[i];
      }
    }
    return sum;
  }
}
