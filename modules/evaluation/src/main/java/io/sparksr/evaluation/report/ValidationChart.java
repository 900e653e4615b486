package io.sparksr.evaluation.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** PSNR of validation over steps, a chart for each set. */
final class ValidationChart {
  private static final double WIDTH = 520;
  private static final Plot.Area AREA = new Plot.Area(84, 14, 412, 190);

  /** Room for the labels of the steps. */
  private static final double FOOT = 54;

  private ValidationChart() {}

  private record Value(long step, double psnr) {}

  /** Draws nothing of a set that is nowhere finite. */
  static void render(Markup out, TrainingCurve curve) {
    Set<String> sets = new LinkedHashSet<>();
    curve.points().forEach(point -> sets.addAll(point.psnr().keySet()));
    if (sets.isEmpty()) {
      return;
    }
    out.open("div", "class", "pair");
    for (String set : sets) {
      List<Value> values =
          curve.points().stream()
              .map(p -> new Value(p.step(), p.psnr().getOrDefault(set, Double.NaN)))
              .filter(value -> Double.isFinite(value.psnr()))
              .toList();
      if (!values.isEmpty()) {
        figure(out, set, values);
      }
    }
    out.close().line();
  }

  private static void figure(Markup out, String set, List<Value> values) {
    Value best = values.get(0);
    for (Value value : values) {
      best = value.psnr() > best.psnr() ? value : best;
    }
    double lowest = values.stream().mapToDouble(Value::psnr).min().orElseThrow();
    long lastStep = values.get(values.size() - 1).step();
    out.open("figure", "class", "scatter");
    out.open("figcaption").element("strong", "PSNR on " + set);
    out.text(
        String.format(
            Locale.ROOT,
            " in validation: best %.2f dB, after %,d steps.",
            best.psnr(),
            best.step()));
    out.close();
    out.open("div", "class", "scroll");
    Plot.open(out, WIDTH, AREA.bottom() + FOOT, "PSNR on " + set + " over steps");
    Axis steps = Axis.exact(Math.min(0.0, (double) values.get(0).step()), (double) lastStep, 5);
    Plot plot = new Plot(out, AREA, steps, Axis.rounded(lowest, best.psnr(), 5));
    plot.verticalAxis("PSNR in dB");
    plot.horizontalAxis("step");
    StringBuilder path = new StringBuilder();
    for (Value value : values) {
      path.append(path.isEmpty() ? 'M' : 'L')
          .append(Markup.number(plot.x((double) value.step())))
          .append(' ')
          .append(Markup.number(plot.y(value.psnr())));
    }
    out.empty("path", "class", "curve series-1", "d", path.toString());
    for (Value value : values) {
      out.open(
          "circle",
          "class",
          "dot series-1",
          "cx",
          Markup.number(plot.x((double) value.step())),
          "cy",
          Markup.number(plot.y(value.psnr())),
          "r",
          "3");
      out.element(
          "title", String.format(Locale.ROOT, "step %,d: %.3f dB", value.step(), value.psnr()));
      out.close();
    }
    out.close().close().close().line();
  }
}
