package io.sparksr.training;

import io.sparksr.collective.Communicator;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Losses and times of the steps since the last line of metrics. */
final class StepMeter {
  private static final int TIMES = 4;

  private final Communicator communicator;
  private final StepClock clock;
  private final List<String> names;
  private final int globalBatch;
  private final double[] sums;
  private double lastLoss = Double.NaN;

  StepMeter(Communicator communicator, StepClock clock, List<String> names, int globalBatch) {
    this.communicator = communicator;
    this.clock = clock;
    this.names = names;
    this.globalBatch = globalBatch;
    this.sums = new double[names.size()];
    clock.restart();
  }

  /** Adds a step with the losses of its global batch. */
  void add(double[] losses) {
    for (int i = 0; i < losses.length; i++) {
      sums[i] += losses[i];
    }
    lastLoss = losses[0];
    clock.stepDone();
  }

  double lastLoss() {
    return lastLoss;
  }

  double imagesPerSecond() {
    return clock.stepsPerSecond() * globalBatch;
  }

  /** The means since the last line; all replicas call this together and get the same. */
  MetricsLine line(long step, double epoch, double learningRate) {
    Map<String, Double> losses = new LinkedHashMap<>();
    for (int i = 0; i < sums.length; i++) {
      losses.put(names.get(i), sums[i] / clock.steps());
    }
    double imagesPerSecond = imagesPerSecond();
    double[] times = new double[communicator.worldSize() * TIMES];
    int mine = communicator.rank() * TIMES;
    times[mine] = clock.meanMillis(StepClock.Part.DATA);
    times[mine + 2] = clock.meanMillis(StepClock.Part.COMMUNICATE);
    times[mine + 1] = clock.meanMillis(StepClock.Part.COMPUTE) - times[mine + 2];
    times[mine + 3] = clock.meanMillis(StepClock.Part.SAVE);
    communicator.allReduceSum(DoubleBuffer.wrap(times));
    List<ReplicaTimes> replicas = new ArrayList<>();
    double saveMillis = 0;
    for (int at = 0; at < times.length; at += TIMES) {
      replicas.add(new ReplicaTimes(times[at], times[at + 1], times[at + 2]));
      saveMillis += times[at + 3];
    }
    return new MetricsLine(
        step, epoch, losses, learningRate, imagesPerSecond, saveMillis, replicas, Map.of());
  }

  void restart() {
    Arrays.fill(sums, 0);
    clock.restart();
  }
}
