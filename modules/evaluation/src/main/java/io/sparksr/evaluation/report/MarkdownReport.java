package io.sparksr.evaluation.report;

import io.sparksr.core.Provenance;
import io.sparksr.evaluation.EvaluationProtocols;
import io.sparksr.evaluation.Metrics;
import io.sparksr.evaluation.report.EvaluationReport.Result;
import io.sparksr.evaluation.report.Significance.Difference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The document {@code report.md}: tables to paste. */
public final class MarkdownReport {
  private MarkdownReport() {}

  /**
   * The images left out, if any; one table per protocol, models by sets, and one of the differences
   * between models; then these scores beside what others published for the same sets.
   */
  public static String render(EvaluationReport report) {
    StringBuilder out = new StringBuilder("# Evaluation\n\nPSNR in dB / SSIM");
    if (report.models().contains(EvaluationReport.BASELINE)) {
      out.append("; in brackets the difference to bicubic");
    }
    out.append(".\n");
    if (!report.missing().isEmpty()) {
      missing(out, report.missing());
    }
    for (String protocol : report.protocols()) {
      results(out, report, protocol);
      further(out, report, protocol);
      differences(out, report, protocol);
    }
    List<String> knownSets = PublishedResults.knownAmong(report);
    if (!knownSets.isEmpty()) {
      published(out, report, knownSets);
    }
    provenance(out, report.provenance());
    return out.toString();
  }

  private static void missing(StringBuilder out, List<MissingImage> images) {
    out.append("\n## Missing images\n\n").append(MissingImage.note(images.size())).append("\n\n");
    header(out, List.of("set", "image", "reason"));
    for (MissingImage image : images) {
      row(out, List.of(escape(image.set()), escape(image.image()), escape(image.reason())));
    }
  }

  private static void results(StringBuilder out, EvaluationReport report, String protocol) {
    out.append("\n## Protocol ").append(code(protocol)).append("\n\n");
    EvaluationProtocols.description(protocol).ifPresent(text -> out.append(text).append("\n\n"));
    List<String> header = new ArrayList<>(List.of("model"));
    for (String set : report.sets()) {
      header.add(escape(set) + images(report, set, protocol));
    }
    header(out, header);
    for (String model : report.models()) {
      List<String> cells = new ArrayList<>(List.of(escape(model)));
      for (String set : report.sets()) {
        cells.add(report.result(model, set, protocol).map(r -> cell(report, r)).orElse(""));
      }
      row(out, cells);
    }
  }

  private static void further(StringBuilder out, EvaluationReport report, String protocol) {
    for (String metric : report.further().metrics()) {
      out.append("\n").append(code(metric));
      Metrics.description(metric).ifPresent(text -> out.append(": ").append(text));
      out.append(".\n\n");
      List<String> header = new ArrayList<>(List.of("model"));
      report.sets().forEach(set -> header.add(escape(set)));
      header(out, header);
      for (String model : report.models()) {
        List<String> cells = new ArrayList<>(List.of(escape(model)));
        for (String set : report.sets()) {
          Optional<FurtherScores.Mean> mean = report.further().result(model, set, protocol, metric);
          cells.add(mean.map(m -> Metrics.text(metric, m.mean())).orElse(""));
        }
        row(out, cells);
      }
    }
  }

  private static String images(EvaluationReport report, String set, String protocol) {
    return report.models().stream()
        .flatMap(model -> report.result(model, set, protocol).stream())
        .findFirst()
        .map(r -> " (" + r.images() + (r.images() == 1 ? " image)" : " images)"))
        .orElse("");
  }

  private static String cell(EvaluationReport report, Result result) {
    String scores = ScoreText.both(result.score());
    return report
        .gain(result)
        .map(
            gain ->
                "%s (%s / %s)"
                    .formatted(
                        scores, ScoreText.psnrGain(gain.psnr()), ScoreText.ssimGain(gain.ssim())))
        .orElse(scores);
  }

  private static void differences(StringBuilder out, EvaluationReport report, String protocol) {
    List<Difference> differences = report.significance().of(protocol);
    if (differences.isEmpty()) {
      return;
    }
    out.append("\n### Differences, protocol ").append(code(protocol)).append("\n\n");
    out.append(report.significance().note()).append("\n\n");
    header(out, List.of("set", "model", "against", "images", "PSNR, dB", "SSIM"));
    for (Difference d : differences) {
      String psnr = ScoreText.interval(d.psnr(), d.psnrInterval(), ScoreText::psnrGain);
      String ssim = ScoreText.interval(d.ssim(), d.ssimInterval(), ScoreText::ssimGain);
      row(
          out,
          List.of(
              escape(d.set()),
              escape(d.model()),
              escape(d.reference()),
              ScoreText.count(d.images()),
              Significance.decided(d.psnrInterval()) ? "**" + psnr + "**" : psnr,
              Significance.decided(d.ssimInterval()) ? "**" + ssim + "**" : ssim));
    }
  }

  private static void published(StringBuilder out, EvaluationReport report, List<String> sets) {
    out.append("\n## Beside published results\n\n").append(PublishedResults.NOTE).append("\n\n");
    List<String> header = new ArrayList<>(List.of("model", "protocol"));
    sets.forEach(set -> header.add(escape(set)));
    header.add("source");
    header(out, header);
    for (PublishedResults.Line line : PublishedResults.beside(report, sets)) {
      String system = escape(line.system());
      List<String> cells =
          new ArrayList<>(
              List.of(line.ours() ? "**" + system + "**" : system, escape(line.protocol())));
      cells.addAll(line.cells());
      cells.add(line.source());
      row(out, cells);
    }
  }

  private static void provenance(StringBuilder out, Provenance provenance) {
    out.append("\nMade by SparkSR ")
        .append(escape(provenance.version()))
        .append(" (")
        .append(code(provenance.command()))
        .append(") at ")
        .append(provenance.createdAt())
        .append(".\n");
  }

  private static void header(StringBuilder out, List<String> cells) {
    row(out, cells);
    row(out, Collections.nCopies(cells.size(), "---"));
  }

  private static void row(StringBuilder out, List<String> cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static String code(String text) {
    return "`" + text.replace("`", "'").replaceAll("\\s+", " ") + "`";
  }

  /** Text that neither ends a cell nor starts markup. */
  private static String escape(String text) {
    return text.replaceAll("\\s+", " ").replaceAll("([\\\\`*_\\[\\]<>|#])", "\\\\$1");
  }
}
