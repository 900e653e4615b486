package io.sparksr.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A line of {@code metrics.jsonl}. Values are means over the replicas and the steps since the line
 * before.
 *
 * @param step steps completed
 * @param epoch passes over the data set completed, with fraction
 * @param losses of the global batch by name, {@code loss} first: what the generator's update
 *     minimises
 * @param learningRate of the last step
 * @param imagesPerSecond samples of all replicas
 * @param dataMillis a step's wait for its batch
 * @param computeMillis a step's forward, backward and update
 * @param communicateMillis a step's averaging, waiting for peers included
 */
public record MetricsLine(
    long step,
    double epoch,
    Map<String, Double> losses,
    double learningRate,
    double imagesPerSecond,
    double dataMillis,
    double computeMillis,
    double communicateMillis) {

  /** The name of the loss that every kind of training has. */
  public static final String LOSS = "loss";

  /** Keeps the order of the losses. */
  public MetricsLine {
    losses = Collections.unmodifiableMap(new LinkedHashMap<>(losses));
  }

  /** What the generator's update minimises. */
  public double loss() {
    return losses.get(LOSS);
  }
}
