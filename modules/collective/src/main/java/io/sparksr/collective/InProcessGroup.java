package io.sparksr.collective;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The meeting point of a group of threads: each brings something, and all leave with what everyone
 * brought once the last has come.
 */
final class InProcessGroup {
  /** How often those who wait look whether the thread of a missing rank still lives. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** How long after its thread's death a rank may still be taken over by another thread. */
  private static final long HANDOVER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final int worldSize;
  private final long timeoutNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread[] threads;
  private final boolean[] left;
  private Round round;
  private CommunicationException broken;

  InProcessGroup(int worldSize, int timeoutMillis) {
    this.worldSize = worldSize;
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    this.threads = new Thread[worldSize];
    this.left = new boolean[worldSize];
    this.round = new Round(worldSize);
  }

  int worldSize() {
    return worldSize;
  }

  /**
   * Waits for all ranks, lets them work on what they brought, and waits until all have finished: no
   * rank touches another's gift once that rank's call has returned or failed.
   *
   * @param call what this rank is about to do, which must be the same on all ranks
   * @param gift shared with all ranks
   * @param work gets the gifts by rank; must end by itself
   * @throws CommunicationException if a rank does not come, has left, comes for another call, or
   *     fails at its work
   */
  void together(int rank, String call, Object gift, Consumer<List<Object>> work) {
    Round mine = join(rank, call, gift);
    boolean worked = false;
    try {
      work.accept(mine.gifts());
      worked = true;
    } finally {
      finish(rank, mine, worked);
    }
    lock.lock();
    try {
      requireWhole(mine.failed);
    } finally {
      lock.unlock();
    }
  }

  private Round join(int rank, String call, Object gift) {
    lock.lock();
    try {
      requireWhole(broken != null);
      if (left[rank]) {
        throw broken(rank, "rank " + rank + " has closed its communicator");
      }
      Round mine = round;
      threads[rank] = Thread.currentThread();
      mine.arrive(rank, call, gift);
      if (mine.complete()) {
        round = new Round(worldSize);
        changed.signalAll();
      } else {
        await(rank, mine);
      }
      checkStep(rank, mine);
      return mine;
    } finally {
      lock.unlock();
    }
  }

  private void finish(int rank, Round mine, boolean worked) {
    lock.lock();
    try {
      if (!worked) {
        mine.failed = true;
        fail(rank, "rank " + rank + " " + FaultReason.FAILED.phrase(0));
      }
      mine.working--;
      changed.signalAll();
      while (mine.working > 0) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void requireWhole(boolean hasFailed) {
    if (hasFailed) {
      throw broken(broken.failedRank().orElseThrow(), broken.getMessage());
    }
  }

  /** Lets a rank go; those who wait for it now or later fail. */
  void leave(int rank) {
    lock.lock();
    try {
      left[rank] = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void await(int rank, Round mine) {
    long start = System.nanoTime();
    while (!mine.complete()) {
      requireWhole(broken != null);
      if (left[rank]) {
        throw fail(rank, "rank " + rank + " has closed its communicator");
      }
      long waited = System.nanoTime() - start;
      checkMissing(mine, waited);
      try {
        changed.awaitNanos(Math.min(timeoutNanos - waited, LOOK_NANOS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        if (!mine.complete()) {
          throw fail(rank, "rank " + rank + " " + FaultReason.INTERRUPTED.phrase(0));
        }
      }
    }
  }

  private void checkMissing(Round mine, long waitedNanos) {
    for (int other = 0; other < worldSize; other++) {
      if (mine.has(other)) {
        continue;
      }
      Thread thread = threads[other];
      if (left[other]) {
        throw fail(other, "rank " + other + " closed its communicator");
      }
      if (waitedNanos > HANDOVER_NANOS && thread != null && !thread.isAlive()) {
        throw fail(other, "rank " + other + " (thread " + thread.getName() + ") died");
      }
      if (waitedNanos >= timeoutNanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(timeoutNanos);
        throw fail(other, "rank " + other + " " + FaultReason.SILENT.phrase(millis));
      }
    }
  }

  private void checkStep(int rank, Round mine) {
    for (int other = 0; other < worldSize; other++) {
      if (!mine.call(other).equals(mine.call(rank))) {
        throw fail(
            other,
            "rank "
                + other
                + " is out of step: it is at "
                + mine.call(other)
                + ", but rank "
                + rank
                + " is at "
                + mine.call(rank));
      }
    }
  }

  private CommunicationException fail(int rank, String message) {
    broken = broken(rank, message);
    changed.signalAll();
    return broken;
  }

  private static CommunicationException broken(int rank, String message) {
    return new CommunicationException(rank, message, null);
  }

  /** One meeting. */
  private static final class Round {
    private final String[] calls;
    private final Object[] gifts;
    private int arrived;
    private int working;
    private boolean failed;

    Round(int worldSize) {
      calls = new String[worldSize];
      gifts = new Object[worldSize];
      working = worldSize;
    }

    void arrive(int rank, String call, Object gift) {
      calls[rank] = call;
      gifts[rank] = gift;
      arrived++;
    }

    boolean complete() {
      return arrived == calls.length;
    }

    boolean has(int rank) {
      return calls[rank] != null;
    }

    String call(int rank) {
      return calls[rank];
    }

    List<Object> gifts() {
      return List.of(gifts);
    }
  }
}
