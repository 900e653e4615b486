package io.sparksr.inference;

import ai.djl.ndarray.NDManager;
import io.sparksr.nn.SuperResolutionNetwork;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Enlarges one image after another: reading and decoding, the network, and encoding and writing run
 * at the same time, each on threads of its own. Images are read in bands of rows and written in
 * bands of rows, so that memory is bounded by the settings, not by the images; tiles of several
 * images share a batch.
 *
 * <p>The result has the same pixels as {@link TiledUpscaler}'s: whatever the tiles, those of the
 * whole image in one piece.
 */
public final class UpscalePipeline {
  private static final int READERS = 2;
  private static final int WRITERS = 2;
  private static final long POLL_MILLIS = 100;

  private final TileBatch batches;
  private final PipelineSettings settings;
  private final PipelineReader reader;
  private final BlockingQueue<QueuedTile> tiles = new LinkedBlockingQueue<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final AtomicInteger readersLeft = new AtomicInteger(READERS);
  private final AtomicInteger inWork = new AtomicInteger();
  private ExecutorService readers;
  private ExecutorService writers;

  /**
   * A pipeline for one use.
   *
   * @param network with its values loaded; stays the caller's
   * @param manager parent of the memory of each batch
   */
  public UpscalePipeline(
      SuperResolutionNetwork network, NDManager manager, PipelineSettings settings) {
    this(network, new TileBatch(network, manager), settings);
  }

  /** With batches of one's own, for tests. */
  UpscalePipeline(SuperResolutionNetwork network, TileBatch batches, PipelineSettings settings) {
    this.batches = batches;
    this.settings = settings;
    this.reader = new PipelineReader(network, settings, tiles);
  }

  /**
   * What a run did.
   *
   * @param nanos it took
   * @param networkNanos of them with the network at work
   */
  public record Times(long nanos, long networkNanos) {}

  /**
   * Enlarges images. The network runs on the calling thread.
   *
   * @param images asked for one at a time, as others are finished
   * @throws IOException if an output can't be written
   */
  public Times run(Iterator<? extends PipelineImage> images) throws IOException {
    long start = System.nanoTime();
    readers = Executors.newFixedThreadPool(READERS, daemons("upscale-reader"));
    writers = Executors.newFixedThreadPool(WRITERS, daemons("upscale-writer"));
    try {
      for (int i = 0; i < READERS; i++) {
        readers.execute(guarded(() -> readAll(images)));
      }
      TileQueue queue = new TileQueue(tiles, settings.batchSize(), failure);
      long networkNanos = compute(queue);
      if (failure.get() == null) {
        awaitThreads();
      }
      throwFailure();
      return new Times(System.nanoTime() - start, networkNanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while images were enlarged", e);
    } finally {
      readers.shutdownNow();
      writers.shutdownNow();
    }
  }

  private long compute(TileQueue queue) throws InterruptedException {
    long nanos = 0;
    for (List<QueuedTile> batch = queue.next(); !batch.isEmpty(); batch = queue.next()) {
      List<TileBatch.Work> works =
          batch.stream()
              .filter(tile -> !tile.image().hasFailed())
              .map(tile -> new TileBatch.Work(tile.tile(), tile.band()))
              .toList();
      long start = System.nanoTime();
      batches.enlarge(works);
      nanos += System.nanoTime() - start;
      for (QueuedTile tile : batch) {
        tile.image().tileDone(tile.band());
        tile.image().writeReady(writers, this::guarded);
      }
    }
    return nanos;
  }

  private void awaitThreads() throws InterruptedException {
    // A writer that ends may have put the next piece of work into the queue itself.
    while (inWork.get() > 0 && failure.get() == null) {
      synchronized (inWork) {
        inWork.wait(POLL_MILLIS);
      }
    }
  }

  private void throwFailure() throws IOException {
    Throwable problem = failure.get();
    if (problem instanceof IOException e) {
      throw e;
    }
    if (problem instanceof Error e) {
      throw e;
    }
    if (problem != null) {
      throw new IllegalStateException("enlarging failed", problem);
    }
  }

  private void readAll(Iterator<? extends PipelineImage> images)
      throws IOException, InterruptedException {
    while (failure.get() == null) {
      PipelineImage image;
      synchronized (images) {
        if (!images.hasNext()) {
          break;
        }
        image = images.next();
      }
      reader.read(image, inFlight -> inFlight.writeReady(writers, this::guarded));
    }
    if (readersLeft.decrementAndGet() == 0) {
      tiles.add(QueuedTile.END);
    }
  }

  private Runnable guarded(FailableTask task) {
    inWork.incrementAndGet();
    return () -> {
      try {
        task.run();
      } catch (Throwable e) {
        // The boundary of a thread: whatever it is, the pipeline's caller gets it.
        failure.compareAndSet(null, e);
        tiles.add(QueuedTile.END);
      } finally {
        inWork.decrementAndGet();
        synchronized (inWork) {
          inWork.notifyAll();
        }
      }
    };
  }

  private static ThreadFactory daemons(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
