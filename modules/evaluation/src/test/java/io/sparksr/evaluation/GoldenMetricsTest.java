package io.sparksr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparksr.core.image.RgbImage;
import io.sparksr.testkit.SharedData;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Bicubic enlargement of benchmark images against scikit-image's and numpy's results. */
class GoldenMetricsTest {
  private static final String METRICS = "golden/metrics.csv";

  private final EvaluationProtocol tutorial = EvaluationProtocols.named("tutorial", 4);
  private final EvaluationProtocol matlab = EvaluationProtocols.named("matlab", 4);

  @Test
  void everyImageScoresAsInTheReference() {
    List<String[]> rows = SharedData.csv(METRICS);
    List<String> header = Arrays.asList(rows.get(0));
    List<String> failures =
        rows.stream().skip(1).filter(row -> !row[1].equals("MEAN")).toList().parallelStream()
            .flatMap(row -> failures(header, row))
            .toList();
    assertThat(rows).hasSizeGreaterThan(50);
    assertThat(failures).isEmpty();
  }

  @Test
  void theGrayImageScoresOnGrayValuesAsInThePapers() {
    RgbImage hr = TestImages.png(SharedData.path("data/benchmarks/Set14/bridge.png"));
    FloatImage sr = FloatImage.of(matlab.enlarge(matlab.reduce(hr)));
    assertThat(matlab.score(hr, sr, SourceColour.GRAY).psnr()).isEqualTo(23.15, within(0.005));
  }

  private Stream<String> failures(List<String> header, String[] row) {
    RgbImage image = TestImages.png(SharedData.path("data/benchmarks/" + row[0] + "/" + row[1]));
    RgbImage hr = tutorial.cropHr(image);
    FloatImage pillow = FloatImage.of(tutorial.enlarge(tutorial.reduce(hr)));
    RgbImage matlabHr = matlab.cropHr(image);
    FloatImage matlabSr = FloatImage.of(matlab.enlarge(matlab.reduce(matlabHr)));
    return Stream.of(
            difference("pillow_bicubic_%s_tutorial_f64", tutorial.score(hr, pillow), header, row),
            difference("pillow_bicubic_%s_matlab", matlab.score(hr, pillow), header, row),
            difference("matlab_bicubic_%s_matlab", matlab.score(matlabHr, matlabSr), header, row))
        .flatMap(s -> s);
  }

  private static Stream<String> difference(
      String column, Score score, List<String> header, String[] row) {
    double psnr = Double.parseDouble(row[header.indexOf(column.formatted("psnr"))]);
    double ssim = Double.parseDouble(row[header.indexOf(column.formatted("ssim"))]);
    boolean equal = Math.abs(score.psnr() - psnr) <= 1e-4 && Math.abs(score.ssim() - ssim) <= 1e-6;
    return equal
        ? Stream.empty()
        : Stream.of(
            "%s/%s %s: expected %s / %s, got %s"
                .formatted(row[0], row[1], column.formatted("*"), psnr, ssim, score));
  }
}
