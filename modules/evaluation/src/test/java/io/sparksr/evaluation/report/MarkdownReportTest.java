package io.sparksr.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.evaluation.report.EvaluationReport.ImageScore;
import io.sparksr.evaluation.report.EvaluationReport.Order;
import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownReportTest {
  @Test
  void eachProtocolHasATableOfModelsBySetsWithTheDifferenceToBicubic() {
    assertThat(MarkdownReport.render(Reports.report()))
        .startsWith("# Evaluation\n\nPSNR in dB / SSIM; in brackets the difference to bicubic.\n")
        .contains(
            """
            | model | Set5 (2 images) | zoo (1 image) |
            | --- | --- | --- |
            | bicubic | 28.50 / 0.8000 | 25.00 / 0.6500 |
            | srresnet | 30.25 / 0.8250 (+1.75 / +0.0250) | 24.50 / 0.7000 (−0.50 / +0.0500) |
            """)
        .contains(
            """
            | model | Set5 (1 image) | zoo |
            | --- | --- | --- |
            | bicubic | 26.50 / 0.6800 |  |
            | srresnet |  |  |
            """)
        .containsSubsequence("## Protocol `tutorial`", "Centre crop", "## Protocol `matlab`");
  }

  @Test
  void leftOutImagesComeFirst() {
    assertThat(MarkdownReport.render(Reports.report())).doesNotContain("Missing");
    assertThat(
            MarkdownReport.render(
                Reports.report()
                    .withMissing(
                        List.of(
                            new MissingImage("zoo", "a|e.png", "empty (no bytes)"),
                            new MissingImage("zoo", "ox.png", "too-small (3x4)")))))
        .containsSubsequence(
            """
            ## Missing images

            2 images could not be scored and are left out of every mean.

            | set | image | reason |
            | --- | --- | --- |
            | zoo | a\\|e.png | empty (no bytes) |
            | zoo | ox.png | too-small (3x4) |
            """,
            "## Protocol `tutorial`");
  }

  @Test
  void publishedRowsNameProtocolAndSourceForTheSetsOfTheReport() {
    assertThat(MarkdownReport.render(Reports.report()))
        .contains("| model | protocol | Set5 | source |\n")
        .contains(
            "| SRResNet | paper (daala) | 32.05 / 0.9019 | Ledig et al. 2017, arXiv 1609.04802v5"
                + " |\n")
        .contains("| SRGAN | tutorial | 29.719 / 0.859 | sgrvinod, ")
        .contains("| bicubic | matlab | 28.42 / 0.8104 | ");
  }

  @Test
  void publishedRowsAreOfFourTimesAndStandBesideNothingElse() {
    assertThat(MarkdownReport.render(Reports.report().withScale(2)))
        .doesNotContain("Published", "Ledig");
  }

  @Test
  void furtherMetricsHaveATableOfTheirOwn() {
    FurtherScores further =
        FurtherScores.of(
            Reports.ORDER,
            List.of(
                new FurtherScores.Value(
                    "bicubic", "Set5", "tutorial", "a.png", "lr-psnr", 31.256)));
    assertThat(MarkdownReport.render(Reports.report().withFurther(further)))
        .contains(
            """
            | model | Set5 | zoo |
            | --- | --- | --- |
            | bicubic | 31.26 |  |
            | srresnet |  |  |
            """);
  }

  @Test
  void oursStandBesidePublishedRowsOfTheSameProtocol() {
    assertThat(MarkdownReport.render(Reports.report()))
        .containsSubsequence(
            "| **bicubic** | tutorial | 28.50 / 0.8000 | this evaluation |\n",
            "| **srresnet** | tutorial | 30.25 / 0.8250 | this evaluation |\n",
            "| bicubic | tutorial | 28.429 / 0.8230 | ",
            "| SRResNet | tutorial | 31.927 / 0.902 | ",
            "| SRGAN | tutorial | 29.719 / 0.859 | ",
            "| **bicubic** | matlab | 26.50 / 0.6800 | this evaluation |\n",
            "| bicubic | matlab | 28.42 / 0.8104 | ",
            "| bicubic | paper (daala) | 28.43 / 0.8211 | ",
            "| SRResNet | paper (daala) | 32.05 / 0.9019 | ",
            "| SRGAN | paper (daala) | 29.40 / 0.8472 | ");
  }

  @Test
  void bsdIsFoundUnderEachOfItsNames() {
    for (String name : List.of("BSD100", "BSDS100", "bsd-100", "B100")) {
      assertThat(PublishedResults.ROWS.get(1).score(name)).contains("27.587 / 0.756");
    }
  }

  @Test
  void unknownSetsHaveNoPublishedTable() {
    EvaluationReport report =
        EvaluationReport.of(
            new Order(List.of("bicubic"), List.of("zoo"), List.of("tutorial")),
            List.of(new ImageScore("bicubic", "zoo", "tutorial", "a.png", 25, 0.5)),
            Reports.provenance());
    assertThat(MarkdownReport.render(report)).doesNotContain("Published");
  }

  @Test
  void namesCannotBreakTheTable() {
    EvaluationReport report =
        EvaluationReport.of(
            new Order(List.of("a|b\n<c>"), List.of("zoo"), List.of("tutorial")),
            List.of(new ImageScore("a|b\n<c>", "zoo", "tutorial", "a.png", 25, 0.5)),
            Reports.provenance());
    assertThat(MarkdownReport.render(report)).contains("| a\\|b \\<c\\> | 25.00 / 0.5000 |\n");
  }
}
