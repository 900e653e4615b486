package io.sparksr.evaluation.report;

import io.sparksr.evaluation.report.TrainingCurve.Point;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A loss over steps, raw and smoothed, and below the main one the learning rate. */
final class LossChart {
  private static final double WIDTH = 760;
  private static final double PART_WIDTH = 520;
  private static final Plot.Area PART = new Plot.Area(70, 14, 426, 190);
  private static final Plot.Area LOSS = new Plot.Area(70, 14, 662, 246);
  private static final Plot.Area RATE = new Plot.Area(70, 278, 662, 88);

  /** Room for the labels of the steps. */
  private static final double FOOT = 54;

  /** From this ratio of the largest to the least loss on, the axis is logarithmic. */
  private static final double LOGARITHMIC_FROM = 8;

  /** More points than this would only make the page larger. */
  private static final int MOST_POINTS = 1200;

  private final Markup out;
  private final String name;
  private final long[] steps;
  private final double[] losses;
  private final double[] rates;
  private final Plot.Area area;

  /** With no learning rate below if {@code rates} is empty. */
  private LossChart(Markup out, String name, List<Value> values, double[] rates, Plot.Area area) {
    this.out = out;
    this.name = name;
    this.steps = values.stream().mapToLong(Value::step).toArray();
    this.losses = values.stream().mapToDouble(Value::loss).toArray();
    this.rates = rates;
    this.area = area;
  }

  private record Value(long step, double loss) {}

  /** Draws every loss of a curve; nothing of one that is nowhere finite. */
  static void render(Markup out, TrainingCurve curve) {
    List<Point> finite =
        curve.points().stream().filter(point -> Double.isFinite(point.loss())).toList();
    if (!finite.isEmpty()) {
      double[] rates = finite.stream().mapToDouble(Point::learningRate).toArray();
      List<Value> values = finite.stream().map(p -> new Value(p.step(), p.loss())).toList();
      boolean rated = Arrays.stream(rates).anyMatch(rate -> rate > 0);
      new LossChart(out, "Loss", values, rated ? rates : new double[0], LOSS).figure();
    }
    Set<String> names = new LinkedHashSet<>();
    curve.points().forEach(point -> names.addAll(point.parts().keySet()));
    if (!names.isEmpty()) {
      out.open("div", "class", "pair");
      names.forEach(name -> part(out, curve, name));
      out.close().line();
    }
  }

  private static void part(Markup out, TrainingCurve curve, String name) {
    List<Value> values =
        curve.points().stream()
            .map(p -> new Value(p.step(), p.parts().getOrDefault(name, Double.NaN)))
            .filter(value -> Double.isFinite(value.loss()))
            .toList();
    if (!values.isEmpty()) {
      new LossChart(out, name, values, new double[0], PART).figure();
    }
  }

  private void figure() {
    boolean main = area.equals(LOSS);
    long lastStep = steps[steps.length - 1];
    out.open("figure", main ? new String[0] : new String[] {"class", "scatter"});
    out.open("figcaption");
    out.element("strong", name);
    out.text(String.format(Locale.ROOT, " over %,d steps", lastStep));
    out.text(rates.length > 0 ? ", and the learning rate." : ".");
    out.open("span", "class", "legend");
    Series.legendEntry(out, "raw", "logged");
    Series.legendEntry(out, "series-1", "smoothed");
    if (rates.length > 0) {
      Series.legendEntry(out, "series-2", "learning rate");
    }
    out.close().close();
    out.open("div", "class", "scroll");
    Plot.Area lowest = rates.length > 0 ? RATE : area;
    Plot.open(out, main ? WIDTH : PART_WIDTH, lowest.bottom() + FOOT, name + " over steps");
    Axis axis = Axis.exact(Math.min(0.0, (double) steps[0]), (double) lastStep, main ? 7 : 5);
    loss(axis);
    if (rates.length > 0) {
      learningRate(axis);
    }
    out.close().close().close().line();
  }

  private void loss(Axis axis) {
    Plot plot = new Plot(out, area, axis, lossAxis(losses));
    plot.verticalAxis(area.equals(LOSS) ? "loss" : name);
    if (rates.length > 0) {
      plot.horizontalGrid();
    } else {
      plot.horizontalAxis("step");
    }
    path(plot, "raw", losses);
    path(plot, "curve series-1", smooth(losses));
  }

  private void learningRate(Axis axis) {
    Plot plot =
        new Plot(out, RATE, axis, Axis.rounded(0, Arrays.stream(rates).max().orElseThrow(), 2));
    plot.verticalAxis("learning rate");
    plot.horizontalAxis("step");
    path(plot, "curve series-2", rates);
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
        .append(Markup.number(plot.x((double) steps[index])))
        .append(' ')
        .append(Markup.number(plot.y(value)));
  }
}
