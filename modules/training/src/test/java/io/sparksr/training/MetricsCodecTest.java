package io.sparksr.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsCodecTest {

  @Test
  void eachLossIsAFieldOfTheLine() {
    Map<String, Double> losses = new LinkedHashMap<>();
    losses.put("loss", 0.5);
    losses.put("content", 0.25);
    MetricsLine line = new MetricsLine(100, 1.5, losses, 1e-4, 20, 1, 2, 3);

    String json = MetricsCodec.line(line);

    assertThat(json)
        .isEqualTo(
            "{\"step\":100,\"epoch\":1.5,\"loss\":0.5,\"content\":0.25,\"learningRate\":1.0E-4,"
                + "\"imagesPerSecond\":20.0,\"dataMillis\":1.0,\"computeMillis\":2.0,"
                + "\"communicateMillis\":3.0}");
    assertThat(MetricsCodec.parse(json, "metrics.jsonl")).isEqualTo(line);
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
