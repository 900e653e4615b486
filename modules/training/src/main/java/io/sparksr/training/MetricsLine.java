package io.sparksr.training;

import io.sparksr.evaluation.Score;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * A line of {@code metrics.jsonl}. Values are means over the steps since the line before.
 *
 * @param step steps completed
 * @param epoch passes over the data set completed, with fraction
 * @param losses of the global batch by name, {@code loss} first: what the generator's update
 *     minimises
 * @param learningRate of the last step
 * @param imagesPerSecond samples of all replicas
 * @param saveMillis what a step waited for checkpoints and metrics to be copied or written
 * @param replicas times of each, by rank
 * @param validation mean scores by set where the network was scored after this step, else empty
 */
public record MetricsLine(
    long step,
    double epoch,
    Map<String, Double> losses,
    double learningRate,
    double imagesPerSecond,
    double saveMillis,
    List<ReplicaTimes> replicas,
    Map<String, Score> validation)
    implements Serializable {

  /** The name of the loss that every kind of training has. */
  public static final String LOSS = "loss";

  /** Keeps the order of the losses and sets. */
  public MetricsLine {
    losses = Collections.unmodifiableMap(new LinkedHashMap<>(losses));
    replicas = List.copyOf(replicas);
    validation = Collections.unmodifiableMap(new LinkedHashMap<>(validation));
  }

  /** What the generator's update minimises. */
  public double loss() {
    return losses.get(LOSS);
  }

  /** A step's wait for its batch, mean over the replicas. */
  public double dataMillis() {
    return mean(ReplicaTimes::dataMillis);
  }

  /** A step's forward, backward and update, mean over the replicas. */
  public double computeMillis() {
    return mean(ReplicaTimes::computeMillis);
  }

  /** A step's averaging, waiting for peers included, mean over the replicas. */
  public double communicateMillis() {
    return mean(ReplicaTimes::communicateMillis);
  }

  /** The same with scores. */
  MetricsLine with(Map<String, Score> scores) {
    return new MetricsLine(
        step, epoch, losses, learningRate, imagesPerSecond, saveMillis, replicas, scores);
  }

  private double mean(ToDoubleFunction<ReplicaTimes> part) {
    return replicas.stream().mapToDouble(part).average().orElse(0);
  }
}
