package io.sparksr.evaluation.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What others report at 4x, as they print it: PSNR in dB / SSIM. */
final class PublishedResults {
  private static final int SCALE = 4;
  private static final String SRGAN_PAPER = "Ledig et al. 2017, arXiv 1609.04802v5";
  private static final String TUTORIAL = "sgrvinod, a-PyTorch-Tutorial-to-Super-Resolution";

  /** All rows, in the order in which reports show them. */
  static final List<Row> ROWS =
      List.of(
          new Row(
              "bicubic",
              "tutorial",
              "reference results, Pillow and scikit-image",
              scores("28.429 / 0.8230", "26.098 / 0.7217", "25.961 / 0.6856")),
          new Row(
              "SRResNet",
              "tutorial",
              TUTORIAL,
              scores("31.927 / 0.902", "28.588 / 0.799", "27.587 / 0.756")),
          new Row(
              "SRGAN",
              "tutorial",
              TUTORIAL,
              scores("29.719 / 0.859", "26.509 / 0.729", "25.531 / 0.678")),
          new Row(
              "bicubic",
              "matlab",
              "as papers print it",
              scores("28.42 / 0.8104", "26.00 / 0.7027", "25.96 / 0.6675")),
          new Row(
              "bicubic",
              "paper (daala)",
              SRGAN_PAPER,
              scores("28.43 / 0.8211", "25.99 / 0.7486", "25.94 / 0.6935")),
          new Row(
              "SRResNet",
              "paper (daala)",
              SRGAN_PAPER,
              scores("32.05 / 0.9019", "28.49 / 0.8184", "27.58 / 0.7620")),
          new Row(
              "SRGAN",
              "paper (daala)",
              SRGAN_PAPER,
              scores("29.40 / 0.8472", "26.02 / 0.7397", "25.16 / 0.6688")));

  /** How to read them. */
  static final String NOTE =
      "Published at 4x by others. Only rows of the same protocol compare: the paper's SSIM is not"
          + " the one measured here.";

  private static final String OURS = "this evaluation";

  private PublishedResults() {}

  /**
   * One line of a table.
   *
   * @param scores by set: {@code set5}, {@code set14}, {@code bsd100}
   */
  record Row(String system, String protocol, String source, Map<String, String> scores) {
    /** The printed scores for a set, however its name is spelt. */
    Optional<String> score(String set) {
      return Optional.ofNullable(scores.get(canonical(set)));
    }

    private Line line(List<String> sets) {
      List<String> cells = sets.stream().map(set -> score(set).orElse("")).toList();
      return new Line(system, protocol, cells, source, false);
    }
  }

  /** The sets of a report that there are published scores for: none unless its scale is 4. */
  static List<String> knownAmong(EvaluationReport report) {
    return report.scale() == SCALE
        ? report.sets().stream().filter(set -> ROWS.get(0).score(set).isPresent()).toList()
        : List.of();
  }

  /**
   * A line of the table that shows ours beside theirs.
   *
   * @param cells scores for each set, empty where there are none
   * @param ours whether it was measured here
   */
  record Line(String system, String protocol, List<String> cells, String source, boolean ours) {}

  /** By protocol, that of the report first: our models, then what others published. */
  static List<Line> beside(EvaluationReport report, List<String> sets) {
    Set<String> protocols = new LinkedHashSet<>(report.protocols());
    ROWS.forEach(row -> protocols.add(row.protocol()));
    List<Line> lines = new ArrayList<>();
    for (String protocol : protocols) {
      for (String model : report.models()) {
        List<String> cells =
            sets.stream()
                .map(
                    set ->
                        report
                            .result(model, set, protocol)
                            .map(r -> ScoreText.both(r.score()))
                            .orElse(""))
                .toList();
        if (cells.stream().anyMatch(cell -> !cell.isEmpty())) {
          lines.add(new Line(model, protocol, cells, OURS, true));
        }
      }
      ROWS.stream()
          .filter(row -> row.protocol().equals(protocol))
          .map(row -> row.line(sets))
          .forEach(lines::add);
    }
    return lines;
  }

  private static Map<String, String> scores(String set5, String set14, String bsd100) {
    return Map.of("set5", set5, "set14", set14, "bsd100", bsd100);
  }

  private static String canonical(String set) {
    String letters = set.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    return switch (letters) {
      case "b100", "bsds100" -> "bsd100";
      default -> letters;
    };
  }
}
