package io.sparksr.evaluation.report;

import io.sparksr.core.image.RgbImage;
import io.sparksr.evaluation.FloatImage;
import io.sparksr.evaluation.Luma;
import io.sparksr.evaluation.Plane;
import io.sparksr.evaluation.report.HtmlReport.Panel;
import io.sparksr.evaluation.report.HtmlReport.Strip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How far the panels of a strip are from HR: |SR - HR| of luma (16 to 235) in levels, coloured on
 * one scale for all panels of the strip.
 *
 * @param errors a plane of HR's size per panel
 * @param top the level from which on all errors have the last colour
 */
record ErrorMaps(List<Plane> errors, int top) {
  /** So that single outliers do not darken the rest. */
  private static final double SHOWN_PART = 0.995;

  private static final int TOP_STEP = 10;

  /** Errors are noise, which does not compress: whole maps would be most of a page. */
  private static final int LONGEST_SIDE = 256;

  /** More colours than an eye tells apart in noise would double the size of a page. */
  private static final int STEPS = 31;

  static ErrorMaps of(Strip strip) {
    Plane hr = luma(strip.hr());
    List<Plane> errors = new ArrayList<>();
    double top = 0;
    for (Panel panel : strip.panels()) {
      double[] error = luma(panel.picture()).values();
      for (int i = 0; i < error.length; i++) {
        error[i] = Math.abs(error[i] - hr.values()[i]);
      }
      errors.add(new Plane(hr.width(), hr.height(), error));
      double[] sorted = error.clone();
      Arrays.sort(sorted);
      top = Math.max(top, sorted[(int) (SHOWN_PART * (sorted.length - 1))]);
    }
    int steps = Math.max(1, (int) Math.ceil(top / TOP_STEP));
    return new ErrorMaps(errors, steps * TOP_STEP);
  }

  private static Plane luma(RgbImage image) {
    return Luma.of(FloatImage.of(image), 0, Luma::studioRange);
  }

  /** The map of a panel as a {@code data:} URI, reduced where it is larger than shown. */
  String uri(int panel) {
    Plane error = errors.get(panel);
    byte[] gray = new byte[error.values().length * RgbImage.CHANNELS];
    for (int i = 0; i < gray.length; i++) {
      double part = Math.min(1, error.values()[i / RgbImage.CHANNELS] / top);
      gray[i] = (byte) Math.round(part * (ErrorColours.COUNT - 1));
    }
    RgbImage map =
        DataUris.reduced(new RgbImage(error.width(), error.height(), gray), LONGEST_SIDE);
    byte[] stepped = new byte[map.pixels().length];
    for (int i = 0; i < stepped.length; i++) {
      int last = ErrorColours.COUNT - 1;
      int step = ((map.pixels()[i] & 0xFF) * STEPS + last / 2) / last;
      stepped[i] = (byte) (step * last / STEPS);
    }
    return DataUris.mapped(new RgbImage(map.width(), map.height(), stepped), ErrorColours.all());
  }

  /** The colours from 0 to {@code top}, left to right, one pixel high. */
  static String scaleUri() {
    byte[] gray = new byte[ErrorColours.COUNT * RgbImage.CHANNELS];
    for (int i = 0; i < gray.length; i++) {
      gray[i] = (byte) (i / RgbImage.CHANNELS);
    }
    return DataUris.mapped(new RgbImage(ErrorColours.COUNT, 1, gray), ErrorColours.all());
  }
}
