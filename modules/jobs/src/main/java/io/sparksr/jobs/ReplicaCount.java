package io.sparksr.jobs;

import io.sparksr.training.TrainSettings;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * How many replicas train: as many as are asked for or, where that is allowed, fewer for as long as
 * the cluster lacks slots. Told of the slots at intervals, it decides when the number changes.
 */
final class ReplicaCount {
  private final int wanted;
  private final int fewest;
  private final long waitNanos;
  private int now;
  private long settledNanos;

  /**
   * Begins with as many as fit.
   *
   * @param slots that the cluster has, at least {@link TrainSettings#fewestReplicas}
   */
  ReplicaCount(TrainSettings settings, int slots, long nanos) {
    this.wanted = settings.replicas();
    this.fewest = settings.fewestReplicas();
    this.waitNanos = TimeUnit.SECONDS.toNanos(settings.elastic().waitSeconds());
    this.now = Math.max(fewest, Math.min(wanted, slots));
    this.settledNanos = nanos;
  }

  /** Replicas that train or wait for slots. */
  synchronized int now() {
    return now;
  }

  /** Whether the number can change at all. */
  boolean elastic() {
    return fewest < wanted;
  }

  /**
   * Another number of replicas, if slots have been missing or to spare for long enough. The number
   * has changed when this returns it.
   *
   * @param slots that the cluster has
   * @param running whether the replicas run, rather than wait for slots
   * @param nanos the time, as {@link System#nanoTime} has it
   */
  synchronized OptionalInt change(int slots, boolean running, long nanos) {
    int fit = Math.min(wanted, slots);
    boolean better = running ? fit > now : fit < now && fit >= fewest;
    if (!better) {
      settledNanos = nanos;
      return OptionalInt.empty();
    }
    if (nanos - settledNanos < waitNanos) {
      return OptionalInt.empty();
    }
    settledNanos = nanos;
    now = fit;
    return OptionalInt.of(fit);
  }
}
