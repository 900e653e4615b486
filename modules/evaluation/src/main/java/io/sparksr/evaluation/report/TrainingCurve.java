package io.sparksr.evaluation.report;

import io.sparksr.core.UserException;
import io.sparksr.core.io.JsonCodec;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What {@code metrics.jsonl} says about a training.
 *
 * @param points by ascending step, each step once
 */
public record TrainingCurve(List<Point> points) {
  /** The numbers of a line that are no further losses: the loss itself, and no losses at all. */
  private static final Set<String> NOT_LOSSES =
      Set.of(
          "step",
          "epoch",
          "loss",
          "learningRate",
          "imagesPerSecond",
          "dataMillis",
          "computeMillis",
          "communicateMillis",
          "saveMillis");

  /**
   * One logged step.
   *
   * @param step optimiser steps done
   * @param epoch passes over the shards done, with fraction where it is logged
   * @param loss may be infinite or NaN where a training diverged
   * @param learningRate of this step
   * @param imagesPerSecond over all replicas
   * @param dataMillis waiting for data, per step
   * @param computeMillis forward, backward and update, per step
   * @param communicateMillis averaging gradients, per step
   * @param parts further losses by name, in the order logged: what {@code loss} is made of, and
   *     those of other networks
   * @param psnr of validation in dB, by set; empty where none was done at this step
   */
  public record Point(
      long step,
      double epoch,
      double loss,
      double learningRate,
      double imagesPerSecond,
      double dataMillis,
      double computeMillis,
      double communicateMillis,
      Map<String, Double> parts,
      Map<String, Double> psnr) {
    /** Copies the maps, whose order stays. */
    public Point {
      parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
      psnr = Collections.unmodifiableMap(new LinkedHashMap<>(psnr));
    }
  }

  /** Copies the list. */
  public TrainingCurve {
    points = List.copyOf(points);
  }

  /**
   * Parses the lines of {@code metrics.jsonl}. A last line cut short by the end of a run is left
   * out; where a resumed run logged steps again, the later lines count.
   *
   * @param lines one JSON object each; empty lines are ignored
   * @param source where they come from, for the error message
   * @throws UserException (input) if another line is not JSON or lacks {@code step} or {@code loss}
   */
  public static TrainingCurve parse(List<String> lines, String source) {
    NavigableMap<Long, Point> points = new TreeMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || (i == lines.size() - 1 && !line.endsWith("}"))) {
        continue;
      }
      Point point = parse(line, source + ": line " + (i + 1));
      points.tailMap(point.step(), true).clear();
      points.put(point.step(), point);
    }
    return new TrainingCurve(List.copyOf(points.values()));
  }

  private static Point parse(String line, String source) {
    Line parsed = JsonCodec.parse(line.getBytes(StandardCharsets.UTF_8), Line.class, source);
    if (parsed.step() == null || parsed.loss() == null) {
      throw UserException.input(source + ": has no step or no loss");
    }
    Map<?, ?> fields = fields(line, source);
    Map<String, Double> parts = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> {
          if (!NOT_LOSSES.contains(name)) {
            number(value).ifPresent(number -> parts.put(String.valueOf(name), number));
          }
        });
    return new Point(
        parsed.step(),
        parsed.epoch(),
        parsed.loss(),
        parsed.learningRate(),
        parsed.imagesPerSecond(),
        parsed.dataMillis(),
        parsed.computeMillis(),
        parsed.communicateMillis(),
        parts,
        psnr(fields.get("validation")));
  }

  private static Map<String, Double> psnr(Object validation) {
    Map<String, Double> psnr = new LinkedHashMap<>();
    if (validation instanceof Map<?, ?> sets) {
      sets.forEach(
          (name, scores) -> {
            if (scores instanceof Map<?, ?> values) {
              number(values.get("psnr")).ifPresent(db -> psnr.put(String.valueOf(name), db));
            }
          });
    }
    return psnr;
  }

  private static Map<?, ?> fields(String line, String source) {
    return JsonCodec.parse(line.getBytes(StandardCharsets.UTF_8), Map.class, source);
  }

  /** A number, or one that JSON can only spell. */
  private static Optional<Double> number(Object value) {
    if (value instanceof Number number) {
      return Optional.of(number.doubleValue());
    }
    return value instanceof String text && text.matches("NaN|-?Infinity")
        ? Optional.of(Double.valueOf(text))
        : Optional.empty();
  }

  /** A line as it stands; absent optional numbers are 0. */
  private record Line(
      Long step,
      double epoch,
      Double loss,
      double learningRate,
      double imagesPerSecond,
      double dataMillis,
      double computeMillis,
      double communicateMillis) {}
}
