package io.sparksr.evaluation.report;

import io.sparksr.evaluation.report.EvaluationReport.Result;
import java.util.List;

/** PSNR per set, one bar per model, the baseline in gray. */
final class BarChart {
  private static final double WIDTH = 760;
  private static final double HEIGHT = 300;
  private static final Plot.Area AREA = new Plot.Area(58, 24, 692, 232);
  private static final double WIDEST_BAR = 56;

  private final Markup out;
  private final EvaluationReport report;
  private final List<Result> results;

  private BarChart(Markup out, EvaluationReport report, List<Result> results) {
    this.out = out;
    this.report = report;
    this.results = results;
  }

  /** Draws the results of a protocol; nothing if there are none with a finite PSNR. */
  static void render(Markup out, EvaluationReport report, String protocol) {
    List<Result> results =
        report.results().stream()
            .filter(r -> r.protocol().equals(protocol) && Double.isFinite(r.psnr()))
            .toList();
    if (!results.isEmpty()) {
      new BarChart(out, report, results).figure(protocol);
    }
  }

  private void figure(String protocol) {
    double lowest = results.stream().mapToDouble(Result::psnr).min().orElseThrow();
    double highest = results.stream().mapToDouble(Result::psnr).max().orElseThrow();
    // From zero, a whole decibel would be a sliver; the caption says where the bars begin.
    double room = Math.max(1, (highest - lowest) * 0.35);
    Axis psnr = Axis.rounded(Math.max(0, lowest - room), highest + 0.1 * room, 5);
    List<String> models = modelsShown();
    out.open("figure");
    out.open("figcaption");
    out.element("strong", "PSNR per set");
    out.text(" in dB, protocol " + protocol + "; bars begin at " + Axis.label(psnr.from()) + ".");
    out.open("span", "class", "legend");
    models.forEach(model -> Series.legendEntry(out, Series.ofModel(report, model), model));
    out.close().close();
    out.open("div", "class", "scroll");
    Plot.open(out, WIDTH, HEIGHT, "Bar chart of PSNR per set and model, protocol " + protocol);
    List<String> sets = results.stream().map(Result::set).distinct().toList();
    Plot plot = new Plot(out, AREA, Axis.exact(0, sets.size(), sets.size()), psnr);
    plot.verticalAxis("PSNR, dB");
    for (int i = 0; i < sets.size(); i++) {
      group(plot, sets.get(i), i, models);
    }
    plot.base();
    out.close().close().close().line();
  }

  private List<String> modelsShown() {
    return report.models().stream()
        .filter(model -> results.stream().anyMatch(r -> r.model().equals(model)))
        .toList();
  }

  private void group(Plot plot, String set, int index, List<String> models) {
    double slot = plot.x(1) - plot.x(0);
    double bar = Math.min(WIDEST_BAR, slot * 0.72 / models.size());
    double centre = plot.x(index + 0.5);
    double left = centre - bar * models.size() / 2;
    for (int m = 0; m < models.size(); m++) {
      String model = models.get(m);
      double x = left + m * bar;
      results.stream()
          .filter(r -> r.set().equals(set) && r.model().equals(model))
          .findFirst()
          .ifPresent(r -> bar(plot, r, x, bar));
    }
    plot.text("group middle", centre, AREA.bottom() + 24, set);
  }

  private void bar(Plot plot, Result result, double x, double width) {
    double gap = Math.min(4, width * 0.12);
    double top = plot.y(result.psnr());
    out.open(
        "rect",
        "class",
        Series.ofModel(report, result.model()),
        "x",
        Markup.number(x + gap / 2),
        "y",
        Markup.number(top),
        "width",
        Markup.number(width - gap),
        "height",
        Markup.number(AREA.bottom() - top),
        "rx",
        "2");
    out.element(
        "title", result.model() + ", " + result.set() + ": " + ScoreText.both(result.score()));
    out.close();
    if (width >= 30) {
      plot.text("value middle", x + width / 2, top - 6, ScoreText.psnr(result.psnr()));
    }
  }
}
