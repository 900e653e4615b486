package io.sparksr.training;

import io.sparksr.core.UserException;
import io.sparksr.core.io.JsonCodec;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@link MetricsLine} as a line of JSON: one flat object, with each loss under its own name between
 * {@code epoch} and {@code learningRate}.
 */
final class MetricsCodec {
  private MetricsCodec() {}

  static String line(MetricsLine line) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("step", line.step());
    json.put("epoch", line.epoch());
    json.putAll(line.losses());
    json.put("learningRate", line.learningRate());
    json.put("imagesPerSecond", line.imagesPerSecond());
    json.put("dataMillis", line.dataMillis());
    json.put("computeMillis", line.computeMillis());
    json.put("communicateMillis", line.communicateMillis());
    return JsonCodec.line(json);
  }

  /**
   * Reads a line back.
   *
   * @param source of the line, for the error message
   * @throws UserException (input) if it is no line of metrics
   */
  static MetricsLine parse(String line, String source) {
    Map<String, Object> json = new LinkedHashMap<>();
    Map<?, ?> parsed = JsonCodec.parse(line.getBytes(StandardCharsets.UTF_8), Map.class, source);
    parsed.forEach((name, value) -> json.put(String.valueOf(name), value));
    long step = (long) number(json, "step", source);
    double epoch = number(json, "epoch", source);
    double learningRate = number(json, "learningRate", source);
    double imagesPerSecond = number(json, "imagesPerSecond", source);
    double dataMillis = number(json, "dataMillis", source);
    double computeMillis = number(json, "computeMillis", source);
    double communicateMillis = number(json, "communicateMillis", source);
    Map<String, Double> losses = new LinkedHashMap<>();
    losses.put(MetricsLine.LOSS, number(json, MetricsLine.LOSS, source));
    json.forEach(
        (name, value) -> {
          if (value instanceof Number number) {
            losses.put(name, number.doubleValue());
          }
        });
    return new MetricsLine(
        step,
        epoch,
        losses,
        learningRate,
        imagesPerSecond,
        dataMillis,
        computeMillis,
        communicateMillis);
  }

  /** Takes a number out of what is left of the line. */
  private static double number(Map<String, Object> json, String name, String source) {
    if (json.remove(name) instanceof Number number) {
      return number.doubleValue();
    }
    throw UserException.input(source + ": a line has no number '" + name + "'");
  }
}
