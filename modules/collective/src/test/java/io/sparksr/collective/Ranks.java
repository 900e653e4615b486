package io.sparksr.collective;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs the ranks of a group as threads. */
final class Ranks {
  private static final int LIMIT_SECONDS = 20;

  private Ranks() {}

  /** What one rank does. */
  interface Work<T> {
    T run(int rank) throws Exception;
  }

  /** What came of it: one of the two is null. */
  record Outcome<T>(T value, Throwable failure) {
    CommunicationException communicationFailure() {
      if (failure instanceof CommunicationException e) {
        return e;
      }
      throw new AssertionError("expected a CommunicationException, got " + this, failure);
    }
  }

  /** All ranks at once, each in a thread of its own; by rank. */
  static <T> List<Outcome<T>> outcomes(int worldSize, Work<T> work) throws Exception {
    List<FutureTask<T>> tasks = new ArrayList<>();
    for (int r = 0; r < worldSize; r++) {
      int rank = r;
      FutureTask<T> task = new FutureTask<>(() -> work.run(rank));
      tasks.add(task);
      Thread thread = new Thread(task, "rank-" + rank);
      thread.setDaemon(true);
      thread.start();
    }
    List<Outcome<T>> outcomes = new ArrayList<>();
    for (FutureTask<T> task : tasks) {
      try {
        outcomes.add(new Outcome<>(task.get(LIMIT_SECONDS, TimeUnit.SECONDS), null));
      } catch (ExecutionException e) {
        outcomes.add(new Outcome<>(null, e.getCause()));
      } catch (TimeoutException e) {
        throw new AssertionError("rank " + outcomes.size() + " hangs", e);
      }
    }
    return outcomes;
  }

  /** Results by rank; fails if a rank does. */
  static <T> List<T> values(int worldSize, Work<T> work) throws Exception {
    List<T> values = new ArrayList<>();
    for (Outcome<T> outcome : outcomes(worldSize, work)) {
      if (outcome.failure() != null) {
        throw new AssertionError("rank " + values.size() + " failed", outcome.failure());
      }
      values.add(outcome.value());
    }
    return values;
  }
}
