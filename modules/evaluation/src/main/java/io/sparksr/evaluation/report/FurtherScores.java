package io.sparksr.evaluation.report;

import io.sparksr.evaluation.report.EvaluationReport.Order;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What metrics other than PSNR and SSIM measured, as the user asked for. Both lists are ordered by
 * model, set and protocol as the user named them, then by metric and image.
 *
 * @param results means over the images of a set
 * @param images one row per image and metric
 */
public record FurtherScores(List<Mean> results, List<Value> images) {

  /** Copies the lists. */
  public FurtherScores {
    results = results == null ? List.of() : List.copyOf(results);
    images = images == null ? List.of() : List.copyOf(images);
  }

  /**
   * A mean.
   *
   * @param metric its name in the catalogue
   * @param images how many images the mean is over
   * @param mean in the metric's unit
   */
  public record Mean(
      String model, String set, String protocol, String metric, int images, double mean) {}

  /**
   * What a metric gave for an image.
   *
   * @param image its name, unique within the set
   * @param metric its name in the catalogue
   * @param value in the metric's unit
   */
  public record Value(
      String model, String set, String protocol, String image, String metric, double value)
      implements Serializable {}

  /** No metric but PSNR and SSIM. */
  public static FurtherScores none() {
    return new FurtherScores(List.of(), List.of());
  }

  /** Sorts the values and averages them; to the last bit, whatever order they come in. */
  public static FurtherScores of(Order order, Collection<Value> values) {
    List<Value> sorted = new ArrayList<>(values);
    sorted.sort(
        Comparator.<Value>comparingInt(value -> order.models().indexOf(value.model()))
            .thenComparingInt(value -> order.sets().indexOf(value.set()))
            .thenComparingInt(value -> order.protocols().indexOf(value.protocol()))
            .thenComparing(Value::metric)
            .thenComparing(Value::image));
    Map<List<String>, List<Value>> groups = new LinkedHashMap<>();
    for (Value value : sorted) {
      groups
          .computeIfAbsent(
              List.of(value.model(), value.set(), value.protocol(), value.metric()),
              key -> new ArrayList<>())
          .add(value);
    }
    return new FurtherScores(groups.values().stream().map(FurtherScores::mean).toList(), sorted);
  }

  private static Mean mean(List<Value> values) {
    double sum = 0;
    for (Value value : values) {
      sum += value.value();
    }
    Value first = values.get(0);
    return new Mean(
        first.model(),
        first.set(),
        first.protocol(),
        first.metric(),
        values.size(),
        sum / values.size());
  }

  /** The metrics, in alphabetical order. */
  List<String> metrics() {
    return results.stream().map(Mean::metric).distinct().sorted().toList();
  }

  /** A mean, if there is one. */
  Optional<Mean> result(String model, String set, String protocol, String metric) {
    return results.stream()
        .filter(mean -> mean.model().equals(model) && mean.set().equals(set))
        .filter(mean -> mean.protocol().equals(protocol) && mean.metric().equals(metric))
        .findFirst();
  }
}
