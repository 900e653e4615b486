package io.sparksr.evaluation.report;

import io.sparksr.core.Provenance;
import io.sparksr.evaluation.report.EvaluationReport.ImageScore;
import io.sparksr.evaluation.report.EvaluationReport.Order;
import java.util.List;
import java.util.Map;

/** A small report with numbers that are easy to follow. */
final class Reports {
  static final Order ORDER =
      new Order(
          List.of("bicubic", "srresnet"), List.of("Set5", "zoo"), List.of("tutorial", "matlab"));

  private Reports() {}

  static Provenance provenance() {
    return new Provenance(
        "0.1.0",
        "evaluate",
        "2026-01-31T12:00:00Z",
        Map.of("file:///models/srresnet", "ab12"),
        "evaluate{protocols=[tutorial]}");
  }

  static List<ImageScore> rows() {
    return List.of(
        new ImageScore("bicubic", "Set5", "tutorial", "a.png", 27, 0.7),
        new ImageScore("bicubic", "Set5", "tutorial", "b.png", 30, 0.9),
        new ImageScore("bicubic", "zoo", "tutorial", "lion.png", 25, 0.65),
        new ImageScore("srresnet", "Set5", "tutorial", "a.png", 29, 0.75),
        new ImageScore("srresnet", "Set5", "tutorial", "b.png", 31.5, 0.9),
        new ImageScore("srresnet", "zoo", "tutorial", "lion.png", 24.5, 0.7),
        new ImageScore("bicubic", "Set5", "matlab", "a.png", 26.5, 0.68));
  }

  static EvaluationReport report() {
    return EvaluationReport.of(ORDER, rows(), provenance());
  }
}
