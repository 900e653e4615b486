package io.sparksr.training;

import io.sparksr.collective.Communicator;
import io.sparksr.nn.FlatParameters;
import io.sparksr.nn.Gradients;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * What a step sends to its peers: sums over all replicas, with the time that takes on the clock.
 */
final class Averaging {
  private final Communicator communicator;
  private final StepClock clock;
  private final BatchNormChoice batchNorm;
  private boolean statisticsShared;

  Averaging(Communicator communicator, StepClock clock, BatchNormChoice batchNorm) {
    this.communicator = communicator;
    this.clock = clock;
    this.batchNorm = batchNorm;
  }

  /**
   * Records for back-propagation on this thread; networks run with the result have batch norm over
   * the samples that the configuration says.
   */
  Gradients record() {
    if (batchNorm == BatchNormChoice.LOCAL) {
      return Gradients.record();
    }
    statisticsShared = true;
    return Gradients.recordAcross(this::sum);
  }

  /** Whether there is anyone to average with. */
  boolean needed() {
    return communicator.worldSize() > 1;
  }

  /**
   * Averages what back-propagation left: gradients weighted by the share, and the running
   * statistics, which under local batch norm are each replica's own; their weighted mean is
   * everybody's. Under batch norm over all replicas they are everybody's already.
   */
  void average(FlatParameters parameters, double share) {
    if (!needed()) {
      return;
    }
    sumGradients(parameters.gradients());
    parameters.gradientsChanged();
    FloatBuffer statistics = parameters.statistics();
    if (statistics.hasRemaining() && !statisticsShared) {
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

  /**
   * Replaces losses weighted by share by those of the global batch.
   *
   * @param stop this replica's wish to end after this step
   * @return whether any replica wishes to
   */
  boolean sumLosses(double[] losses, boolean stop) {
    if (!needed()) {
      return stop;
    }
    long start = System.nanoTime();
    double[] pulse = Arrays.copyOf(losses, losses.length + 1);
    pulse[losses.length] = stop ? 1 : 0;
    communicator.allReduceSum(DoubleBuffer.wrap(pulse));
    System.arraycopy(pulse, 0, losses, 0, losses.length);
    clock.add(StepClock.Part.COMMUNICATE, start);
    return pulse[losses.length] > 0;
  }

  /** Whether something is so on any replica. */
  boolean anyReplica(boolean here) {
    return sumLosses(new double[0], here);
  }

  private void sum(DoubleBuffer values) {
    long start = System.nanoTime();
    communicator.allReduceSum(values);
    clock.add(StepClock.Part.COMMUNICATE, start);
  }

  private void timed(FloatBuffer values, Consumer<FloatBuffer> operation) {
    if (needed() && values.hasRemaining()) {
      long start = System.nanoTime();
      operation.accept(values);
      clock.add(StepClock.Part.COMMUNICATE, start);
    }
  }
}
