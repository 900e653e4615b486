package io.sparksr.training;

import io.sparksr.data.Batch;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.ValueRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One kind of training: what happens to a network in one step. Confined to the thread of its
 * replica.
 */
interface TrainingStep extends AutoCloseable {

  /** The range of the LR pixels that {@link #run} takes. */
  ValueRange lrRange();

  /** The range of the HR pixels that {@link #run} takes. */
  ValueRange hrRange();

  /** The names of what {@link #run} returns, {@link MetricsLine#LOSS} first. */
  List<String> losses();

  /**
   * Trains on one batch and averages with the other replicas, so that all end with the same values.
   *
   * @param batch this replica's part of the global batch, its pixels in the two ranges
   * @param share its share of the global batch's samples, in (0, 1]
   * @param learningRate of this step
   * @return this replica's losses, each times {@code share}: the sums over the replicas are the
   *     global batch's losses
   */
  double[] run(Batch batch, double share, double learningRate, Averaging averaging);

  /**
   * What the user should hear about the losses.
   *
   * @param means of each of {@link #losses} over the steps since the last line of metrics
   * @return what is wrong and what to do, if anything
   */
  default Optional<String> concern(Map<String, Double> means) {
    return Optional.empty();
  }

  /**
   * The values of the network to evaluate and export: its own, or their moving average where one is
   * kept. They share memory with the step.
   */
  List<NamedTensor> model();

  /** What {@link #model} is, after so many steps. */
  ModelDescription description(long completedSteps);

  /** What else a resumed run needs, sharing memory with the step. */
  List<NamedTensor> optimizer();

  /**
   * Continues from saved values.
   *
   * @param completedSteps how many updates they have seen
   */
  void restore(
      Map<String, NamedTensor> model,
      Map<String, NamedTensor> optimizer,
      long completedSteps,
      String source);

  @Override
  void close();
}
