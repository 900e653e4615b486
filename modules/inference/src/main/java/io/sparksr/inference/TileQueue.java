package io.sparksr.inference;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Groups waiting tiles into batches: the one that waits longest, and others of its size. For one
 * thread.
 */
final class TileQueue {
  /** How far ahead companions are looked for, in batches. */
  private static final int LOOK_AHEAD = 8;

  private final BlockingQueue<QueuedTile> waiting;
  private final int batchSize;
  private final AtomicReference<Throwable> failure;
  private final Deque<QueuedTile> seen = new ArrayDeque<>();
  private boolean ended;

  /**
   * Batches of what comes through a queue.
   *
   * @param failure ends the batches at once when it is set
   */
  TileQueue(BlockingQueue<QueuedTile> waiting, int batchSize, AtomicReference<Throwable> failure) {
    this.waiting = waiting;
    this.batchSize = batchSize;
    this.failure = failure;
  }

  /** The next batch; waits for its first tile only. Empty at the end. */
  List<QueuedTile> next() throws InterruptedException {
    if (seen.isEmpty() && !ended) {
      take(waiting.take());
    }
    while (!ended && seen.size() < LOOK_AHEAD * batchSize && !waiting.isEmpty()) {
      take(waiting.take());
    }
    List<QueuedTile> batch = new ArrayList<>();
    if (failure.get() != null || seen.isEmpty()) {
      return batch;
    }
    Tile shape = seen.peek().tile();
    for (Iterator<QueuedTile> all = seen.iterator(); all.hasNext() && batch.size() < batchSize; ) {
      QueuedTile tile = all.next();
      if (tile.tile().hasSizeOf(shape)) {
        batch.add(tile);
        all.remove();
      }
    }
    return batch;
  }

  private void take(QueuedTile tile) {
    if (tile.isEnd()) {
      ended = true;
    } else {
      seen.add(tile);
    }
  }
}
