package io.sparksr.evaluation.report;

import io.sparksr.evaluation.report.TrainingCurve.Point;
import java.util.List;
import java.util.Locale;

/** Loss over steps, raw and smoothed, and below it the learning rate. */
final class LossChart {
  private static final double WIDTH = 760;
  private static final Plot.Area LOSS = new Plot.Area(70, 14, 662, 246);
  private static final Plot.Area RATE = new Plot.Area(70, 278, 662, 88);

  /** Room for the labels of the steps. */
  private static final double FOOT = 54;

  /** From this ratio of the largest to the least loss on, the axis is logarithmic. */
  private static final double LOGARITHMIC_FROM = 8;

  /** More points than this would only make the page larger. */
  private static final int MOST_POINTS = 1200;

  private final Markup out;
  private final List<Point> points;
  private final double highestRate;

  private LossChart(Markup out, List<Point> points) {
    this.out = out;
    this.points = points;
    this.highestRate = points.stream().mapToDouble(Point::learningRate).max().orElseThrow();
  }

  /** Draws a curve; nothing if no point has a finite loss. */
  static void render(Markup out, TrainingCurve curve) {
    List<Point> finite =
        curve.points().stream().filter(point -> Double.isFinite(point.loss())).toList();
    if (!finite.isEmpty()) {
      new LossChart(out, finite).figure();
    }
  }

  private void figure() {
    long lastStep = points.get(points.size() - 1).step();
    out.open("figure").open("figcaption");
    out.element("strong", "Loss");
    out.text(String.format(Locale.ROOT, " over %,d steps", lastStep));
    out.text(highestRate > 0 ? ", and the learning rate." : ".");
    out.open("span", "class", "legend");
    Series.legendEntry(out, "raw", "logged");
    Series.legendEntry(out, "series-1", "smoothed");
    if (highestRate > 0) {
      Series.legendEntry(out, "series-2", "learning rate");
    }
    out.close().close();
    out.open("div", "class", "scroll");
    Plot.Area lowest = highestRate > 0 ? RATE : LOSS;
    Plot.open(out, WIDTH, lowest.bottom() + FOOT, "Loss over training steps");
    Axis steps = Axis.exact(Math.min(0.0, (double) points.get(0).step()), (double) lastStep, 7);
    loss(steps);
    if (highestRate > 0) {
      learningRate(steps);
    }
    out.close().close().close().line();
  }

  private void loss(Axis steps) {
    double[] losses = points.stream().mapToDouble(Point::loss).toArray();
    Plot plot = new Plot(out, LOSS, steps, lossAxis(losses));
    plot.verticalAxis("loss");
    if (highestRate > 0) {
      plot.horizontalGrid();
    } else {
      plot.horizontalAxis("step");
    }
    path(plot, "raw", losses);
    path(plot, "curve series-1", smooth(losses));
  }

  private void learningRate(Axis steps) {
    Plot plot = new Plot(out, RATE, steps, Axis.rounded(0, highestRate, 2));
    plot.verticalAxis("learning rate");
    plot.horizontalAxis("step");
    path(plot, "curve series-2", points.stream().mapToDouble(Point::learningRate).toArray());
    plot.base();
  }

  private static Axis lossAxis(double[] losses) {
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    for (double loss : losses) {
      lowest = Math.min(lowest, loss);
      highest = Math.max(highest, loss);
    }
    return lowest > 0 && highest / lowest >= LOGARITHMIC_FROM
        ? Axis.logarithmic(lowest, highest)
        : Axis.rounded(Math.min(lowest, 0), highest, 5);
  }

  /**
   * Mean over a window of a twentieth of the curve, centred on each point. Near the start it is
   * narrower, so that a steep descent stays steep; at the end it lacks what is yet to come.
   */
  static double[] smooth(double[] values) {
    int reach = values.length / 40;
    double[] sums = new double[values.length + 1];
    for (int i = 0; i < values.length; i++) {
      sums[i + 1] = sums[i] + values[i];
    }
    double[] smooth = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int before = Math.min(reach, i);
      int after = Math.min(before, values.length - 1 - i);
      smooth[i] = (sums[i + after + 1] - sums[i - before]) / (before + after + 1);
    }
    return smooth;
  }

  private void path(Plot plot, String style, double[] values) {
    int stride = (values.length + MOST_POINTS - 1) / MOST_POINTS;
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < values.length; i += stride) {
      segment(path, plot, i, values[i]);
    }
    int last = values.length - 1;
    if (last % stride != 0) {
      segment(path, plot, last, values[last]);
    }
    out.empty("path", "class", style, "d", path.toString());
  }

  private void segment(StringBuilder path, Plot plot, int index, double value) {
    path.append(path.isEmpty() ? 'M' : 'L')
        .append(Markup.number(plot.x((double) points.get(index).step())))
        .append(' ')
        .append(Markup.number(plot.y(value)));
  }
}
