package io.sparksr.evaluation.report;

import java.util.List;

/** The classes by which the style sheet colours what belongs together: one per name, in order. */
final class Series {
  private static final int COLOURS = 6;

  private Series() {}

  /** The class of a model: gray for the baseline, else by its place among the others. */
  static String ofModel(EvaluationReport report, String model) {
    return model.equals(EvaluationReport.BASELINE) ? "baseline" : of(report.challengers(), model);
  }

  /** The class of a name: by its place in the list. */
  static String of(List<String> names, String name) {
    return "series-" + (names.indexOf(name) % COLOURS + 1);
  }

  /** A swatch with a name. */
  static void legendEntry(Markup out, String style, String name) {
    out.open("span", "class", "key");
    out.element("i", "", "class", "swatch " + style);
    out.text(name).close();
  }
}
