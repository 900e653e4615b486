package io.sparksr.training;

import io.sparksr.collective.Communicator;
import io.sparksr.nn.FlatParameters;
import java.nio.FloatBuffer;
import java.util.function.Consumer;

/**
 * What a step sends to its peers: sums over all replicas, with the time that takes on the clock.
 */
final class Averaging {
  private final Communicator communicator;
  private final StepClock clock;

  Averaging(Communicator communicator, StepClock clock) {
    this.communicator = communicator;
    this.clock = clock;
  }

  /** Whether there is anyone to average with. */
  boolean needed() {
    return communicator.worldSize() > 1;
  }

  /**
   * Averages what back-propagation left: gradients weighted by the share, and the running
   * statistics, which under local batch norm are each replica's own; their weighted mean is
   * everybody's.
   */
  void average(FlatParameters parameters, double share) {
    if (!needed()) {
      return;
    }
    sumGradients(parameters.gradients());
    parameters.gradientsChanged();
    FloatBuffer statistics = parameters.statistics();
    if (statistics.hasRemaining()) {
      for (int i = 0; i < statistics.limit(); i++) {
        statistics.put(i, (float) (statistics.get(i) * share));
      }
      sum(statistics);
      parameters.statisticsChanged();
    }
  }

  /**
   * Replaces values by their sums over the replicas. Values weighted by each replica's share of the
   * global batch become the global batch's mean.
   */
  void sum(FloatBuffer values) {
    timed(values, communicator::allReduceSum);
  }

  /** The same for gradients, which may be rounded on their way as the configuration says. */
  void sumGradients(FloatBuffer values) {
    timed(values, communicator::allReduceGradients);
  }

  private void timed(FloatBuffer values, Consumer<FloatBuffer> operation) {
    if (needed() && values.hasRemaining()) {
      long start = System.nanoTime();
      operation.accept(values);
      clock.add(StepClock.Part.COMMUNICATE, start);
    }
  }
}
