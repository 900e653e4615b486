package io.sparksr.evaluation.report;

import io.sparksr.evaluation.Score;
import io.sparksr.evaluation.report.EvaluationReport.ImageKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One dot per image: a model's PSNR over the baseline's. Above the diagonal the model is better.
 */
final class ScatterChart {
  private static final double WIDTH = 520;
  private static final double HEIGHT = 420;
  private static final Plot.Area AREA = new Plot.Area(58, 14, 448, 348);

  private record Dot(ImageKey key, double baseline, double model) {}

  private final Markup out;
  private final String model;
  private final List<String> sets;
  private final List<Dot> dots;

  private ScatterChart(Markup out, String model, List<String> sets, List<Dot> dots) {
    this.out = out;
    this.model = model;
    this.sets = sets;
    this.dots = dots;
  }

  /** Draws a model's images; nothing if none was also scored for the baseline. */
  static void render(Markup out, EvaluationReport report, String protocol, String model) {
    List<Dot> dots = new ArrayList<>();
    for (Map.Entry<ImageKey, Map<String, Score>> image : report.imageScores(protocol).entrySet()) {
      Score baseline = image.getValue().get(EvaluationReport.BASELINE);
      Score score = image.getValue().get(model);
      if (baseline != null
          && score != null
          && Double.isFinite(baseline.psnr())
          && Double.isFinite(score.psnr())) {
        dots.add(new Dot(image.getKey(), baseline.psnr(), score.psnr()));
      }
    }
    if (!dots.isEmpty()) {
      new ScatterChart(out, model, report.sets(), dots).figure(protocol);
    }
  }

  private void figure(String protocol) {
    long better = dots.stream().filter(dot -> dot.model() > dot.baseline()).count();
    out.open("figure", "class", "scatter");
    out.open("figcaption");
    out.element("strong", model + " against bicubic");
    out.text(
        ", protocol %s: better on %d of %d %s."
            .formatted(protocol, better, dots.size(), dots.size() == 1 ? "image" : "images"));
    out.open("span", "class", "legend");
    sets.stream()
        .filter(set -> dots.stream().anyMatch(dot -> dot.key().set().equals(set)))
        .forEach(set -> Series.legendEntry(out, Series.of(sets, set), set));
    out.close().close();
    out.open("div", "class", "scroll");
    Plot.open(out, WIDTH, HEIGHT, "PSNR of " + model + " over that of bicubic, a dot per image");
    chart();
    out.close().close().close().line();
  }

  private void chart() {
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    for (Dot dot : dots) {
      lowest = Math.min(lowest, Math.min(dot.baseline(), dot.model()));
      highest = Math.max(highest, Math.max(dot.baseline(), dot.model()));
    }
    double margin = Math.max(0.5, (highest - lowest) * 0.03);
    Axis axis = Axis.rounded(lowest - margin, highest + margin, 6);
    Plot plot = new Plot(out, AREA, axis, axis);
    plot.verticalAxis("PSNR of " + model + ", dB");
    plot.horizontalAxis("PSNR of bicubic, dB");
    plot.line("diagonal", plot.x(axis.from()), plot.y(axis.from()), AREA.right(), AREA.top());
    for (Dot dot : dots) {
      out.open(
          "circle",
          "class",
          "dot " + Series.of(sets, dot.key().set()),
          "cx",
          Markup.number(plot.x(dot.baseline())),
          "cy",
          Markup.number(plot.y(dot.model())),
          "r",
          "4.5");
      out.element(
          "title",
          "%s/%s: %s dB, bicubic %s dB (%s)"
              .formatted(
                  dot.key().set(),
                  dot.key().image(),
                  ScoreText.psnr(dot.model()),
                  ScoreText.psnr(dot.baseline()),
                  ScoreText.psnrGain(dot.model() - dot.baseline())));
      out.close();
    }
  }
}
