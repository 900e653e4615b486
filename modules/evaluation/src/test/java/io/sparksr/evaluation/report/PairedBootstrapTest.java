package io.sparksr.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparksr.evaluation.report.EvaluationReport.ImageScore;
import io.sparksr.evaluation.report.EvaluationReport.Order;
import io.sparksr.evaluation.report.Significance.Difference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedBootstrapTest {
  @Test
  void aConstantDifferenceIsItsOwnInterval() {
    assertThat(PairedBootstrap.interval(new double[] {1.5, 1.5, 1.5})).containsExactly(1.5, 1.5);
  }

  @Test
  void oneImageHasNoIntervalAndNeitherHasAnInfinitePsnr() {
    assertThat(PairedBootstrap.interval(new double[] {1.5})).isEmpty();
    assertThat(PairedBootstrap.interval(new double[0])).isEmpty();
    assertThat(PairedBootstrap.interval(new double[] {1, Double.POSITIVE_INFINITY})).isEmpty();
    assertThat(PairedBootstrap.interval(new double[] {1, Double.NaN})).isEmpty();
  }

  @Test
  void twoImagesSpanTheWholeInterval() {
    // The mean of two draws is -1, 1 or 3 with probability 1/4, 1/2, 1/4: more than 2.5 % each.
    assertThat(PairedBootstrap.interval(new double[] {-1, 3})).containsExactly(-1.0, 3.0);
  }

  @Test
  void theIntervalIsThatOfAllPossibleResamples() {
    double[] differences = {-0.9, 0.2, 0.45, 1.3, 2.1, 3.7};
    List<Double> interval = PairedBootstrap.interval(differences);
    double[] all = new double[46656];
    for (int resample = 0; resample < all.length; resample++) {
      int digits = resample;
      for (int draw = 0; draw < 6; draw++) {
        all[resample] += differences[digits % 6] / 6;
        digits /= 6;
      }
    }
    Arrays.sort(all);
    // Four standard errors of a 2.5 % share among 10,000 draws are 0.62 %.
    assertThat(interval.get(0)).isBetween(all[(int) (0.0188 * 46656)], all[(int) (0.0312 * 46656)]);
    assertThat(interval.get(1)).isBetween(all[(int) (0.9688 * 46656)], all[(int) (0.9812 * 46656)]);
  }

  @Test
  void theIntervalOfManyImagesIsTheNormalOne() {
    Random random = new Random(4);
    double[] differences = random.doubles(400).map(value -> 3 * value).toArray();
    double mean = Arrays.stream(differences).average().orElseThrow();
    double variance =
        Arrays.stream(differences).map(d -> (d - mean) * (d - mean)).average().orElseThrow();
    double half = 1.959964 * Math.sqrt(variance / 400);
    List<Double> interval = PairedBootstrap.interval(differences);
    assertThat(interval.get(0)).isCloseTo(mean - half, within(0.05 * half));
    assertThat(interval.get(1)).isCloseTo(mean + half, within(0.05 * half));
  }

  @Test
  void differencesArePairedByImageForEachTwoModels() {
    List<ImageScore> rows = new ArrayList<>();
    double[] psnr = {20, 30, 40};
    for (int i = 0; i < 3; i++) {
      rows.add(new ImageScore("a", "s", "p", "i" + i, psnr[i], 0.25));
      rows.add(new ImageScore("b", "s", "p", "i" + i, psnr[i] + 2, 0.5));
      rows.add(new ImageScore("c", "s", "p", "i" + i, psnr[i] - 1, 0.25));
    }
    EvaluationReport report =
        EvaluationReport.of(
            new Order(List.of("a", "b", "c"), List.of("s"), List.of("p")),
            rows,
            Reports.provenance());
    // Between images the PSNR differs by 20 dB, within pairs not at all.
    List<Double> none = List.of(0.0, 0.0);
    assertThat(report.significance().differences())
        .containsExactly(
            new Difference("b", "a", "s", "p", 3, 2, List.of(2.0, 2.0), 0.25, List.of(0.25, 0.25)),
            new Difference("c", "a", "s", "p", 3, -1, List.of(-1.0, -1.0), 0, none),
            new Difference(
                "c", "b", "s", "p", 3, -3, List.of(-3.0, -3.0), -0.25, List.of(-0.25, -0.25)));
  }

  @Test
  void reportsSayTheDifferenceItsIntervalAndWhereOneImageHasNone() {
    String markdown = MarkdownReport.render(Reports.report());
    assertThat(markdown)
        .contains(
            "| Set5 | srresnet | bicubic | 2 | **+1.75 [+1.50, +2.00]**"
                + " | +0.0250 [+0.0000, +0.0500] |\n")
        .contains("| zoo | srresnet | bicubic | 1, no interval | \u22120.50 | +0.0500 |\n")
        .contains("95 % interval of a paired bootstrap (10,000 resamples of the images)")
        .doesNotContain("Differences, protocol `matlab`");
    assertThat(
            HtmlReport.render(HtmlReport.Content.of("Differences", Reports.report()))
                .replaceAll("<[^>]+>", " ")
                .replaceAll(" +", " "))
        .contains("Set5 srresnet bicubic 2 +1.75 [+1.50, +2.00] +0.0250 [+0.0000, +0.0500]")
        .contains("zoo srresnet bicubic 1, no interval \u22120.50 +0.0500");
  }
}
