package io.sparksr.nn;

import java.nio.DoubleBuffer;

/** Adds up small statistics over the replicas of a training, all of which call it in turn. */
@FunctionalInterface
public interface ReplicaSums {
  /** Replaces the values from position to limit by their sums over all replicas. */
  void sum(DoubleBuffer values);
}
