package io.sparksr.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import io.sparksr.evaluation.report.TrainingCurve.Point;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingCurveTest {
  private static final String FULL =
      "{\"step\":10,\"epoch\":0.5,\"loss\":0.25,\"content\":1,\"learningRate\":1e-4,"
          + "\"imagesPerSecond\":40.5,\"dataMillis\":1,\"computeMillis\":300,"
          + "\"communicateMillis\":8}";

  @Test
  void everyNumberOfALineIsRead() {
    assertThat(TrainingCurve.parse(List.of(FULL), "m").points())
        .containsExactly(
            new Point(10, 0.5, 0.25, 1e-4, 40.5, 1, 300, 8, Map.of("content", 1.0), Map.of()));
  }

  @Test
  void whatIsNeitherKnownNorANumberIsNoLoss() {
    String line =
        "{\"step\":1,\"loss\":2,\"b\":3,\"a\":\"NaN\",\"saveMillis\":4,\"replicas\":[{\"dataMillis\":1}],"
            + "\"validation\":{\"Set5\":{\"psnr\":28}}}";
    assertThat(TrainingCurve.parse(List.of(line), "m").points().get(0).parts())
        .containsExactly(Map.entry("b", 3.0), Map.entry("a", Double.NaN));
  }

  @Test
  void thePsnrOfEachSetIsRead() {
    String line =
        "{\"step\":1,\"loss\":2,\"validation\":{\"Set5\":{\"psnr\":28,\"ssim\":0.8},"
            + "\"Set14\":{\"psnr\":\"Infinity\"},\"none\":{\"psnr\":null}}}";
    assertThat(TrainingCurve.parse(List.of(line), "m").points().get(0).psnr())
        .containsExactly(Map.entry("Set5", 28.0), Map.entry("Set14", Double.POSITIVE_INFINITY));
  }

  @Test
  void aTruncatedLastLineIsLeftOut() {
    for (int length = 0; length < FULL.length(); length++) {
      List<String> lines = List.of(line(1, 0.5), FULL.substring(0, length));
      assertThat(TrainingCurve.parse(lines, "m").points()).hasSize(1);
    }
  }

  @Test
  void aTruncatedLineInTheMiddleIsRefusedWithItsNumber() {
    List<String> lines = List.of(line(1, 0.5), "{\"step\":2,\"lo", line(3, 0.25));
    assertThatThrownBy(() -> TrainingCurve.parse(lines, "run/metrics.jsonl"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("run/metrics.jsonl: line 2: not a valid Line document");
  }

  @Test
  void aLineWithoutLossIsRefused() {
    assertThatThrownBy(() -> TrainingCurve.parse(List.of("{\"step\":2}", ""), "m"))
        .isInstanceOf(UserException.class)
        .hasMessage("m: line 1: has no step or no loss");
  }

  @Test
  void stepsLoggedAgainAfterAResumeReplaceTheFirstAttempt() {
    List<String> lines = List.of(line(1, 9), line(2, 8), line(3, 7), line(2, 5), line(4, 4));
    assertThat(TrainingCurve.parse(lines, "m").points())
        .extracting(Point::step, Point::loss)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1L, 9.0),
            org.assertj.core.groups.Tuple.tuple(2L, 5.0),
            org.assertj.core.groups.Tuple.tuple(4L, 4.0));
  }

  private static String line(int step, double loss) {
    return "{\"step\":" + step + ",\"loss\":" + loss + "}";
  }
}
