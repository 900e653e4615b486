package io.sparksr.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import io.sparksr.evaluation.Score;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsCodecTest {
  private static final List<ReplicaTimes> TIMES =
      List.of(new ReplicaTimes(1, 2, 3), new ReplicaTimes(3, 6, 4));

  @Test
  void eachLossIsAFieldOfTheLine() {
    Map<String, Double> losses = new LinkedHashMap<>();
    losses.put("loss", 0.5);
    losses.put("content", 0.25);
    MetricsLine line =
        new MetricsLine(
            100, 1.5, losses, 1e-4, 20, 0.5, TIMES, Map.of("Set5", new Score(30.5, 0.9)));

    String json = MetricsCodec.line(line);

    assertThat(json)
        .isEqualTo(
            "{\"step\":100,\"epoch\":1.5,\"loss\":0.5,\"content\":0.25,\"learningRate\":1.0E-4,"
                + "\"imagesPerSecond\":20.0,\"dataMillis\":2.0,\"computeMillis\":4.0,"
                + "\"communicateMillis\":3.5,\"saveMillis\":0.5,\"replicas\":["
                + "{\"dataMillis\":1.0,\"computeMillis\":2.0,\"communicateMillis\":3.0},"
                + "{\"dataMillis\":3.0,\"computeMillis\":6.0,\"communicateMillis\":4.0}],"
                + "\"validation\":{\"Set5\":{\"psnr\":30.5,\"ssim\":0.9}}}");
    assertThat(MetricsCodec.parse(json, "metrics.jsonl")).isEqualTo(line);
  }

  @Test
  void lineWithoutTimesOfEachReplicaIsReadAsOfOne() {
    MetricsLine line =
        MetricsCodec.parse(
            "{\"step\":1,\"epoch\":0,\"loss\":1,\"learningRate\":1,\"imagesPerSecond\":1,"
                + "\"dataMillis\":1,\"computeMillis\":2,\"communicateMillis\":3}",
            "metrics.jsonl");
    assertThat(line.replicas()).containsExactly(new ReplicaTimes(1, 2, 3));
    assertThat(line.losses()).containsOnlyKeys("loss");
    assertThat(line.saveMillis()).isZero();
  }

  @Test
  void lineWithoutALossIsRefusedByName() {
    assertThatThrownBy(
            () ->
                MetricsCodec.parse(
                    "{\"step\":1,\"epoch\":0,\"learningRate\":1,\"imagesPerSecond\":1,"
                        + "\"dataMillis\":1,\"computeMillis\":1,\"communicateMillis\":1}",
                    "run/metrics.jsonl"))
        .isInstanceOf(UserException.class)
        .hasMessage("run/metrics.jsonl: a line has no number 'loss'");
  }
}
