package io.sparksr.training;

import java.util.Arrays;

/** Where the time of the steps since the last log line went. */
final class StepClock {
  /** What a replica does. */
  enum Part {
    DATA,
    COMPUTE,
    COMMUNICATE
  }

  private final long[] nanos = new long[Part.values().length];
  private long since = System.nanoTime();
  private long steps;

  /** Adds the time since a moment to a part; returns now. */
  long add(Part part, long startNanos) {
    long now = System.nanoTime();
    nanos[part.ordinal()] += now - startNanos;
    return now;
  }

  void stepDone() {
    steps++;
  }

  long steps() {
    return steps;
  }

  /** Mean milliseconds a step of a part. */
  double meanMillis(Part part) {
    return nanos[part.ordinal()] / 1e6 / Math.max(1, steps);
  }

  double stepsPerSecond() {
    return steps / Math.max(1e-9, (System.nanoTime() - since) / 1e9);
  }

  void restart() {
    Arrays.fill(nanos, 0);
    since = System.nanoTime();
    steps = 0;
  }
}
