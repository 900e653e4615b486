package io.sparksr.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.evaluation.report.EvaluationReport.ImageScore;
import io.sparksr.evaluation.report.EvaluationReport.Order;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HighlightTest {
  private static final double INFINITE = Double.POSITIVE_INFINITY;

  @Test
  void theBestAndTheWorstByGainAreNamedOnceWithEveryReason() {
    EvaluationReport report =
        report(
            List.of("bicubic", "a", "b"),
            new double[][] {{20, 30, 25, 28}, {21, 32, 24, 28.5}, {21, 33, 26, 27}});
    assertThat(Highlight.of(report, 1))
        .containsExactly(
            new Highlight(
                "s",
                "i1",
                List.of(
                    "Largest gain of a over bicubic: +2.00 dB (rank 1 of 4)",
                    "Largest gain of b over bicubic: +3.00 dB (rank 1 of 4)")),
            new Highlight(
                "s", "i2", List.of("Smallest gain of a over bicubic: \u22121.00 dB (rank 4 of 4)")),
            new Highlight(
                "s",
                "i3",
                List.of("Smallest gain of b over bicubic: \u22121.00 dB (rank 4 of 4)")));
  }

  @Test
  void withoutBicubicOrWithNothingElseTheRankingIsByPsnr() {
    double[][] scores = {{20, 30, 25}};
    assertThat(Highlight.of(report(List.of("a"), scores), 1))
        .containsExactly(
            new Highlight("s", "i1", List.of("Highest PSNR of a: 30.00 dB (rank 1 of 3)")),
            new Highlight("s", "i0", List.of("Lowest PSNR of a: 20.00 dB (rank 3 of 3)")));
    assertThat(Highlight.of(report(List.of("bicubic"), scores), 1).get(1).reasons())
        .containsExactly("Lowest PSNR of bicubic: 20.00 dB (rank 3 of 3)");
  }

  @Test
  void aSmallSetIsShownWholeAndNoImageTwice() {
    EvaluationReport report =
        report(List.of("bicubic", "a"), new double[][] {{20, 20, 20}, {21, 22, 20.5}});
    assertThat(Highlight.of(report, 2))
        .extracting(Highlight::image)
        .containsExactly("i1", "i0", "i2");
    assertThat(Highlight.of(report, 2).get(1).reasons())
        .containsExactly("Gain of a over bicubic: +1.00 dB (rank 2 of 3)");
    assertThat(Highlight.of(report, 0)).isEmpty();
    assertThat(Highlight.of(report(List.of("bicubic", "a"), new double[][] {{20}, {21}}), 1))
        .containsExactly(
            new Highlight("s", "i0", List.of("Largest gain of a over bicubic: +1.00 dB")));
  }

  @Test
  void imagesThatBothReproduceExactlyAreInNoRanking() {
    EvaluationReport report =
        report(List.of("bicubic", "a"), new double[][] {{INFINITE, 20}, {INFINITE, 21}});
    assertThat(Highlight.of(report, 1)).extracting(Highlight::image).containsExactly("i1");
  }

  /** Model {@code m} has PSNR {@code psnr[m][i]} on image {@code i}. */
  private static EvaluationReport report(List<String> models, double[][] psnr) {
    List<ImageScore> rows = new ArrayList<>();
    for (int m = 0; m < psnr.length; m++) {
      for (int i = 0; i < psnr[m].length; i++) {
        rows.add(new ImageScore(models.get(m), "s", "p", "i" + i, psnr[m][i], 0.5));
      }
    }
    return EvaluationReport.of(
        new Order(models, List.of("s"), List.of("p")), rows, Reports.provenance());
  }
}
