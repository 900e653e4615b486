package io.sparksr.training;

/**
 * A line of {@code metrics.jsonl}. Values are means over the replicas and the steps since the line
 * before.
 *
 * @param step steps completed
 * @param epoch passes over the data set completed, with fraction
 * @param loss of the global batch
 * @param learningRate of the last step
 * @param imagesPerSecond samples of all replicas
 * @param dataMillis a step's wait for its batch
 * @param computeMillis a step's forward, backward and update
 * @param communicateMillis a step's averaging, waiting for peers included
 */
public record MetricsLine(
    long step,
    double epoch,
    double loss,
    double learningRate,
    double imagesPerSecond,
    double dataMillis,
    double computeMillis,
    double communicateMillis) {}
