package io.sparksr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparksr.core.image.RgbImage;
import io.sparksr.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bicubic enlargement of benchmark images against scikit-image's and numpy's results. */
class GoldenMetricsTest {
  private static final String METRICS = "golden/metrics.csv";
  private static final String MEAN = "MEAN";

  private final EvaluationProtocol tutorial = EvaluationProtocols.named("tutorial", 4);
  private final EvaluationProtocol matlab = EvaluationProtocols.named("matlab", 4);

  @Test
  void everyImageScoresAsInTheReferenceAndSoDoTheMeans() {
    List<String[]> rows = SharedData.csv(METRICS);
    List<String> header = Arrays.asList(rows.get(0));
    Map<List<String>, Map<String, Score>> scores =
        rows.stream().skip(1).filter(row -> !row[1].equals(MEAN)).toList().parallelStream()
            .collect(Collectors.toConcurrentMap(row -> List.of(row[0], row[1]), this::scores));
    assertThat(scores.keySet()).hasSize(69);
    for (String set : List.of("Set5", "Set14")) {
      scores.put(List.of(set, MEAN), means(scores, set));
    }
    List<String> failures =
        rows.stream()
            .skip(1)
            .flatMap(row -> failures(header, row, scores.get(List.of(row[0], row[1]))))
            .toList();
    assertThat(failures).isEmpty();
  }

  /**
   * Papers' LR was made by an older MATLAB, which repeats the pixel at the border: that is worth
   * 0.003 dB on Set14. What then remains is below what they print.
   */
  @ParameterizedTest
  @CsvSource({"Set5, 5, 28.42, 0.8104", "Set14, 14, 26.00, 0.7027", "BSDS100, 100, 25.96, 0.6675"})
  void bicubicByTheMatlabProtocolIsAsPublished(String set, int images, double psnr, double ssim)
      throws IOException {
    List<Path> files;
    try (Stream<Path> folder = Files.list(SharedData.path("data/benchmarks/" + set))) {
      files = folder.sorted().toList();
    }
    assertThat(files).hasSize(images);
    List<Score> scores = files.parallelStream().map(this::published).toList();
    assertThat(mean(scores, Score::psnr)).isEqualTo(psnr, within(0.0101));
    assertThat(mean(scores, Score::ssim)).isEqualTo(ssim, within(0.0005));
  }

  @Test
  void theGrayImageScoresOnGrayValuesAsInThePapers() {
    Score bridge = published(SharedData.path("data/benchmarks/Set14/bridge.png"));
    assertThat(bridge.psnr()).isEqualTo(23.15, within(0.005));
  }

  private Score published(Path file) {
    RgbImage hr = matlab.cropHr(TestImages.png(file));
    FloatImage sr = FloatImage.of(matlab.enlarge(matlab.reduce(hr)));
    boolean gray = file.endsWith("bridge.png");
    return matlab.score(hr, sr, gray ? SourceColour.GRAY : SourceColour.COLOUR);
  }

  private Map<String, Score> scores(String[] row) {
    RgbImage image = TestImages.png(SharedData.path("data/benchmarks/" + row[0] + "/" + row[1]));
    RgbImage hr = tutorial.cropHr(image);
    FloatImage pillow = FloatImage.of(tutorial.enlarge(tutorial.reduce(hr)));
    RgbImage matlabHr = matlab.cropHr(image);
    FloatImage matlabSr = FloatImage.of(matlab.enlarge(matlab.reduce(matlabHr)));
    return Map.of(
        "pillow_bicubic_%s_tutorial_f64", tutorial.score(hr, pillow),
        "pillow_bicubic_%s_matlab", matlab.score(hr, pillow),
        "matlab_bicubic_%s_matlab", matlab.score(matlabHr, matlabSr));
  }

  private static Map<String, Score> means(
      Map<List<String>, Map<String, Score>> scores, String set) {
    return scores.entrySet().stream()
        .filter(image -> image.getKey().get(0).equals(set))
        .flatMap(image -> image.getValue().entrySet().stream())
        .collect(
            Collectors.groupingBy(
                Map.Entry::getKey,
                Collectors.collectingAndThen(
                    Collectors.mapping(Map.Entry::getValue, Collectors.toList()),
                    all -> new Score(mean(all, Score::psnr), mean(all, Score::ssim)))));
  }

  private static double mean(List<Score> scores, ToDoubleFunction<Score> value) {
    return scores.stream().mapToDouble(value).average().orElseThrow();
  }

  private static Stream<String> failures(
      List<String> header, String[] row, Map<String, Score> scores) {
    return scores.entrySet().stream()
        .flatMap(entry -> difference(entry.getKey(), entry.getValue(), header, row));
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
