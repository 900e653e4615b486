package io.sparksr.evaluation.report;

import io.sparksr.evaluation.EvaluationProtocols;
import io.sparksr.evaluation.Metrics;
import io.sparksr.evaluation.Score;
import io.sparksr.evaluation.report.EvaluationReport.ImageKey;
import io.sparksr.evaluation.report.EvaluationReport.Result;
import io.sparksr.evaluation.report.Significance.Difference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleFunction;

/** The tables of a page: missing images, means per protocol, published results, every image. */
final class ScoreTables {
  private static final String BEST = "number set best";

  private final Markup out;
  private final EvaluationReport report;

  ScoreTables(Markup out, EvaluationReport report) {
    this.out = out;
    this.report = report;
  }

  /** The images that were left out, with the reason; nothing where there are none. */
  void missing() {
    if (report.missing().isEmpty()) {
      return;
    }
    out.open("div", "class", "missing");
    out.element("p", MissingImage.note(report.missing().size()));
    out.open("div", "class", "scroll").open("table").open("thead").open("tr");
    for (String column : List.of("set", "image", "reason")) {
      out.element("th", column, "scope", "col");
    }
    out.close().close().open("tbody");
    for (MissingImage image : report.missing()) {
      out.open("tr").element("td", image.set()).element("td", image.image());
      out.element("td", image.reason()).close();
    }
    out.close().close().close().close().line();
  }

  /** Models by sets, with the gain over the baseline. */
  void results(String protocol) {
    out.element("h3", "Protocol " + protocol);
    EvaluationProtocols.description(protocol)
        .ifPresent(text -> out.element("p", text, "class", "note"));
    boolean gains = report.models().contains(EvaluationReport.BASELINE);
    out.open("div", "class", "scroll").open("table", "class", "results");
    out.open("thead").open("tr").element("th", "model", "rowspan", "2", "scope", "col");
    for (String set : report.sets()) {
      out.open("th", "colspan", gains ? "3" : "2", "scope", "colgroup", "class", "set");
      out.text(set);
      images(set, protocol).ifPresent(text -> out.text(" ").element("small", text));
      out.close();
    }
    out.close().open("tr");
    for (int i = 0; i < report.sets().size(); i++) {
      out.element("th", "PSNR", "scope", "col", "class", "number set");
      out.element("th", "SSIM", "scope", "col", "class", "number");
      if (gains) {
        out.element("th", "gain", "scope", "col", "class", "number");
      }
    }
    out.close().close().open("tbody");
    for (String model : report.models()) {
      out.open("tr").open("th", "scope", "row");
      Series.legendEntry(out, Series.ofModel(report, model), model);
      out.close();
      for (String set : report.sets()) {
        cells(report.result(model, set, protocol), gains);
      }
      out.close();
    }
    out.close().close().close().line();
    further(protocol);
  }

  /** Means of metrics other than PSNR and SSIM, models by sets; nothing where there are none. */
  private void further(String protocol) {
    for (String metric : report.further().metrics()) {
      out.open("p", "class", "note further").element("strong", metric).text(" ");
      out.text(Metrics.description(metric).orElse("")).close();
      out.open("div", "class", "scroll").open("table");
      out.open("thead").open("tr").element("th", "model", "scope", "col");
      report.sets().forEach(s -> out.element("th", s, "scope", "col", "class", "number"));
      out.close().close().open("tbody");
      for (String model : report.models()) {
        out.open("tr").element("th", model, "scope", "row");
        for (String set : report.sets()) {
          Optional<FurtherScores.Mean> mean = report.further().result(model, set, protocol, metric);
          String text = mean.map(m -> Metrics.text(metric, m.mean())).orElse("");
          out.element("td", text, "class", "number");
        }
        out.close();
      }
      out.close().close().close().line();
    }
  }

  private Optional<String> images(String set, String protocol) {
    return report.models().stream()
        .flatMap(model -> report.result(model, set, protocol).stream())
        .findFirst()
        .map(r -> r.images() + (r.images() == 1 ? " image" : " images"));
  }

  private void cells(Optional<Result> result, boolean gains) {
    String psnr = result.map(r -> ScoreText.psnr(r.psnr())).orElse("");
    String ssim = result.map(r -> ScoreText.ssim(r.ssim())).orElse("");
    out.element("td", psnr, "class", result.filter(this::best).isPresent() ? BEST : "number set");
    out.element("td", ssim, "class", "number quiet");
    if (gains) {
      out.open("td", "class", "number");
      result.flatMap(report::gain).ifPresent(gain -> chip(gain.psnr()));
      out.close();
    }
  }

  private boolean best(Result result) {
    List<Result> rivals =
        report.models().stream()
            .flatMap(model -> report.result(model, result.set(), result.protocol()).stream())
            .toList();
    return rivals.size() > 1 && rivals.stream().noneMatch(r -> r.psnr() > result.psnr());
  }

  /** A gain on a coloured ground. */
  private void chip(double decibels) {
    String style = decibels > 0 ? "chip up" : decibels < 0 ? "chip down" : "chip";
    out.element("span", ScoreText.psnrGain(decibels), "class", style);
  }

  /** Ours beside what others published for the same sets; nothing where there is none. */
  void published() {
    List<String> sets = PublishedResults.knownAmong(report);
    if (sets.isEmpty()) {
      return;
    }
    out.element("h3", "Beside published results");
    out.element("p", PublishedResults.NOTE, "class", "note");
    out.open("div", "class", "scroll").open("table").open("thead").open("tr");
    out.element("th", "model", "scope", "col").element("th", "protocol", "scope", "col");
    sets.forEach(set -> out.element("th", set, "scope", "col", "class", "number"));
    out.element("th", "source", "scope", "col").close().close().open("tbody");
    for (PublishedResults.Line line : PublishedResults.beside(report, sets)) {
      out.open("tr", "class", line.ours() ? "ours" : "theirs");
      out.element("th", line.system(), "scope", "row").element("td", line.protocol());
      line.cells().forEach(cell -> out.element("td", cell, "class", "number"));
      out.element("td", line.source(), "class", "quiet").close();
    }
    out.close().close().close().line();
  }

  /** Each two models, a table per protocol; nothing where there is one model. */
  void differences() {
    if (report.significance().differences().isEmpty()) {
      return;
    }
    out.element("h3", "Differences between models");
    out.element("p", report.significance().note(), "class", "note");
    report.protocols().forEach(this::differences);
  }

  private void differences(String protocol) {
    List<Difference> differences = report.significance().of(protocol);
    if (differences.isEmpty()) {
      return;
    }
    out.open("div", "class", "scroll").open("table").element("caption", "Protocol " + protocol);
    out.open("thead").open("tr");
    for (String column : List.of("set", "model", "against")) {
      out.element("th", column, "scope", "col");
    }
    for (String column : List.of("images", "PSNR, dB", "SSIM")) {
      out.element("th", column, "scope", "col", "class", "number");
    }
    out.close().close().open("tbody");
    for (Difference d : differences) {
      out.open("tr").element("td", d.set(), "class", "quiet").element("td", d.model());
      out.element("td", d.reference());
      out.element("td", ScoreText.count(d.images()), "class", "number quiet");
      interval(d.psnr(), d.psnrInterval(), ScoreText::psnrGain);
      interval(d.ssim(), d.ssimInterval(), ScoreText::ssimGain);
      out.close();
    }
    out.close().close().close().line();
  }

  private void interval(double mean, List<Double> interval, DoubleFunction<String> gain) {
    String style = Significance.decided(interval) ? "number best" : "number";
    out.element("td", ScoreText.interval(mean, interval, gain), "class", style);
  }

  /** Every image by every model, folded away. */
  void images(String protocol) {
    Map<ImageKey, Map<String, Score>> images = report.imageScores(protocol);
    List<String> models = report.models();
    String count = images.size() + (images.size() == 1 ? " image" : " images");
    out.open("details");
    out.element("summary", "Scores of every image, protocol " + protocol + " (" + count + ")");
    out.open("div", "class", "scroll").open("table").open("thead").open("tr");
    out.element("th", "set", "scope", "col").element("th", "image", "scope", "col");
    for (String model : models) {
      String span = model.equals(EvaluationReport.BASELINE) ? "1" : "2";
      out.element("th", model, "scope", "col", "class", "number", "colspan", span);
    }
    out.close().close().open("tbody");
    images.forEach((key, scores) -> image(key, scores, models));
    out.close().close().close().close().line();
  }

  private void image(ImageKey key, Map<String, Score> scores, List<String> models) {
    out.open("tr").element("td", key.set(), "class", "quiet").element("td", key.image());
    Optional<Score> baseline = Optional.ofNullable(scores.get(EvaluationReport.BASELINE));
    for (String model : models) {
      Optional<Score> score = Optional.ofNullable(scores.get(model));
      out.element("td", score.map(ScoreText::both).orElse(""), "class", "number");
      if (!model.equals(EvaluationReport.BASELINE)) {
        out.open("td", "class", "number");
        if (score.isPresent() && baseline.isPresent()) {
          chip(score.get().psnr() - baseline.get().psnr());
        }
        out.close();
      }
    }
    out.close();
  }
}
