package io.sparksr.evaluation.report;

import io.sparksr.evaluation.report.EvaluationReport.Result;
import io.sparksr.evaluation.report.HtmlReport.Content;
import io.sparksr.evaluation.report.TrainingCurve.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The sentence that says what came out. */
final class Summary {
  private Summary() {}

  /** By the first protocol: the best model and its gain on each set; without scores, the loss. */
  static Optional<String> of(Content content) {
    EvaluationReport report = content.evaluation();
    Optional<String> best =
        report.challengers().stream()
            .max(Comparator.comparingDouble(model -> meanPsnr(report, model)));
    return best.isPresent()
        ? Optional.of(scores(report, best.get()))
        : content.training().flatMap(Summary::loss);
  }

  private static double meanPsnr(EvaluationReport report, String model) {
    return results(report, model).stream().mapToDouble(Result::psnr).average().orElse(0);
  }

  private static List<Result> results(EvaluationReport report, String model) {
    String protocol = report.protocols().get(0);
    return report.sets().stream()
        .flatMap(set -> report.result(model, set, protocol).stream())
        .toList();
  }

  private static String scores(EvaluationReport report, String model) {
    List<String> sets = new ArrayList<>();
    for (Result result : results(report, model)) {
      String psnr = ScoreText.psnr(result.psnr()) + " dB";
      String over = sets.isEmpty() ? " dB over bicubic on " : " dB on ";
      sets.add(
          report
              .gain(result)
              .map(g -> ScoreText.psnrGain(g.psnr()) + over + result.set() + " (" + psnr + ")")
              .orElse(psnr + " on " + result.set()));
    }
    String lead = report.challengers().size() > 1 ? "Highest PSNR: " + model + ", " : model + ": ";
    return lead + String.join(", ", sets) + ".";
  }

  private static Optional<String> loss(TrainingCurve curve) {
    if (curve.points().isEmpty()) {
      return Optional.empty();
    }
    Point last = curve.points().get(curve.points().size() - 1);
    return Optional.of(
        String.format(Locale.ROOT, "Loss %.4g after %,d steps.", last.loss(), last.step()));
  }
}
