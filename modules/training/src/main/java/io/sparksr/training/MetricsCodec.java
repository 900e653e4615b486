package io.sparksr.training;

import io.sparksr.core.UserException;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.evaluation.Score;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@link MetricsLine} as a line of JSON: one object, with each loss under its own name between
 * {@code epoch} and {@code learningRate}, the times' means, and the times of each replica.
 */
final class MetricsCodec {
  private static final List<String> MEANS =
      List.of("dataMillis", "computeMillis", "communicateMillis");

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
    json.put("saveMillis", line.saveMillis());
    json.put("replicas", line.replicas());
    if (!line.validation().isEmpty()) {
      json.put("validation", line.validation());
    }
    return JsonCodec.line(json);
  }

  /**
   * Reads a line back. Lines of earlier versions have no times of each replica: the means stand for
   * one.
   *
   * @param source of the line, for the error message
   * @throws UserException (input) if it is no line of metrics
   */
  static MetricsLine parse(String line, String source) {
    Map<String, Object> json = new LinkedHashMap<>(parsed(line, source));
    long step = (long) number(json, "step", source);
    double epoch = number(json, "epoch", source);
    double learningRate = number(json, "learningRate", source);
    double imagesPerSecond = number(json, "imagesPerSecond", source);
    ReplicaTimes means = times(json, source);
    double saveMillis = json.containsKey("saveMillis") ? number(json, "saveMillis", source) : 0;
    Map<String, Double> losses = new LinkedHashMap<>();
    losses.put(MetricsLine.LOSS, number(json, MetricsLine.LOSS, source));
    json.forEach(
        (name, value) -> {
          if (value instanceof Number number) {
            losses.put(name, number.doubleValue());
          }
        });
    List<ReplicaTimes> replicas = new ArrayList<>();
    if (json.get("replicas") instanceof List<?> list) {
      list.forEach(each -> replicas.add(times(object(each), source)));
    }
    Map<String, Score> validation = new LinkedHashMap<>();
    object(json.get("validation"))
        .forEach((set, score) -> validation.put(set, score(object(score), source)));
    return new MetricsLine(
        step,
        epoch,
        losses,
        learningRate,
        imagesPerSecond,
        saveMillis,
        replicas.isEmpty() ? List.of(means) : replicas,
        validation);
  }

  private static Map<String, Object> parsed(String line, String source) {
    return object(JsonCodec.parse(line.getBytes(StandardCharsets.UTF_8), Map.class, source));
  }

  private static ReplicaTimes times(Map<String, Object> json, String source) {
    double[] times = MEANS.stream().mapToDouble(name -> number(json, name, source)).toArray();
    return new ReplicaTimes(times[0], times[1], times[2]);
  }

  private static Score score(Map<String, Object> json, String source) {
    return new Score(number(json, "psnr", source), number(json, "ssim", source));
  }

  /** An object's fields; none if it is no object. */
  private static Map<String, Object> object(Object value) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((name, field) -> fields.put(String.valueOf(name), field));
    }
    return fields;
  }

  /** Takes a number out of what is left of an object. */
  private static double number(Map<String, Object> json, String name, String source) {
    Object value = json.remove(name);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if (value instanceof String text && text.matches("NaN|-?Infinity")) {
      return Double.parseDouble(text);
    }
    throw UserException.input(source + ": a line has no number '" + name + "'");
  }
}
