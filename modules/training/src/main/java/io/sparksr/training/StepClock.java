package io.sparksr.training;

import java.util.EnumMap;
import java.util.Map;

/** Where the time of the steps since the last log line went. */
final class StepClock {
  /** What a replica does. */
  enum Part {
    DATA,
    COMPUTE,
    /** Within {@link #COMPUTE}. */
    COMMUNICATE,
    /** Copying what is saved, and waiting until it can be. */
    SAVE
  }

  private final Map<Part, Long> nanos = new EnumMap<>(Part.class);
  private long since = System.nanoTime();
  private long steps;

  /** Adds the time since a moment to a part; returns now. */
  long add(Part part, long startNanos) {
    long now = System.nanoTime();
    nanos.merge(part, now - startNanos, Long::sum);
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
    return nanos.getOrDefault(part, 0L) / 1e6 / Math.max(1, steps);
  }

  double stepsPerSecond() {
    return steps / Math.max(1e-9, (System.nanoTime() - since) / 1e9);
  }

  void restart() {
    nanos.clear();
    since = System.nanoTime();
    steps = 0;
  }
}
