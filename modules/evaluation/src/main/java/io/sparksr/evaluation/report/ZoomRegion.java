package io.sparksr.evaluation.report;

import io.sparksr.core.image.RgbImage;
import io.sparksr.evaluation.report.HtmlReport.Panel;
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

  /** The region of the picture's proportions where the results differ most from the baseline's. */
  static ZoomRegion find(Strip strip) {
    RgbImage lr = strip.lr();
    double part = Math.min(PART_OF_PICTURE, LONGEST_SIDE / Math.max(lr.width(), lr.height()));
    int width = Math.max(1, (int) Math.round(lr.width() * part));
    int height = Math.max(1, (int) Math.round(lr.height() * part));
    long[][] sums = summedDifferences(strip);
    ZoomRegion best = new ZoomRegion(0, 0, width, height);
    long most = -1;
    for (int top = 0; top + height <= lr.height(); top++) {
      for (int left = 0; left + width <= lr.width(); left++) {
        long sum =
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

  /** Element [y][x] is the sum of the differences over the LR pixels above and left of (x, y). */
  private static long[][] summedDifferences(Strip strip) {
    int scale = strip.scale();
    int width = strip.lr().width();
    int height = strip.lr().height();
    List<Panel> panels = strip.panels();
    RgbImage baseline = panels.get(0).picture();
    List<RgbImage> others =
        panels.size() == 1
            ? List.of(strip.hr())
            : panels.stream().skip(1).map(Panel::picture).toList();
    long[][] sums = new long[height + 1][width + 1];
    for (int y = 0; y < height; y++) {
      long row = 0;
      for (int x = 0; x < width; x++) {
        for (RgbImage other : others) {
          row += difference(baseline, other, x * scale, y * scale, scale);
        }
        sums[y + 1][x + 1] = sums[y][x + 1] + row;
      }
    }
    return sums;
  }

  private static long difference(RgbImage a, RgbImage b, int left, int top, int side) {
    long sum = 0;
    for (int y = top; y < top + side; y++) {
      int start = (y * a.width() + left) * RgbImage.CHANNELS;
      for (int i = start; i < start + side * RgbImage.CHANNELS; i++) {
        sum += Math.abs((a.pixels()[i] & 0xFF) - (b.pixels()[i] & 0xFF));
      }
    }
    return sum;
  }
}
