package io.sparksr.inference;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.core.image.ImageLayout;
import io.sparksr.core.image.ImageRows;
import io.sparksr.core.image.SampleBand;
import io.sparksr.nn.SuperResolutionNetwork;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
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
  private static final long UNIT_BYTES = 1 << 10;

  private final SuperResolutionNetwork network;
  private final TileBatch batches;
  private final PipelineSettings settings;
  private final int units;
  private final Semaphore memory;
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
    this.network = network;
    this.batches = batches;
    this.settings = settings;
    this.units =
        (int) Math.max(2, Math.min(Integer.MAX_VALUE, settings.memoryBytes() / UNIT_BYTES));
    this.memory = new Semaphore(units, true);
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
      awaitWriters();
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

  private void awaitWriters() throws InterruptedException, IOException {
    readers.shutdown();
    readers.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    // A writer that ends may have put the next piece of work into the queue itself.
    while (inWork.get() > 0 && failure.get() == null) {
      synchronized (inWork) {
        inWork.wait(100);
      }
    }
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
      read(image);
    }
    if (readersLeft.decrementAndGet() == 0) {
      tiles.add(QueuedTile.END);
    }
  }

  private void read(PipelineImage image) throws IOException, InterruptedException {
    ImageInFlight inFlight = null;
    try (ImageRows rows = image.open()) {
      ImageLayout source = rows.layout();
      ImageLayout target = settings.format().fitted(enlarged(source));
      settings.format().requireRoomFor(target);
      int halo = network.receptiveRadius();
      int factor = network.settings().scale();
      TilePlan plan = TilePlan.of(source, halo, factor, target.bits(), settings);
      inFlight = new ImageInFlight(image, source, target, rows.metadata(), settings, plan.tiles());
      readBands(rows, plan, inFlight, target.bits());
      inFlight.allRead();
    } catch (ImageException e) {
      giveUp(image, inFlight, e);
    } catch (IOException e) {
      giveUp(image, inFlight, new ImageException(Reason.UNREADABLE, e.toString(), e));
    }
    if (inFlight != null) {
      inFlight.writeReady(writers, this::guarded);
    }
  }

  private ImageLayout enlarged(ImageLayout source) throws ImageException {
    try {
      ImageLayout layout = source.enlarged(network.settings().scale());
      layout.rowBytes();
      return layout;
    } catch (ArithmeticException e) {
      throw new ImageException(
          Reason.TOO_LARGE,
          source.width() + "x" + source.height() + " enlarged is more than an image may have",
          e);
    }
  }

  private static void giveUp(PipelineImage image, ImageInFlight inFlight, ImageException problem)
      throws IOException {
    if (inFlight == null) {
      image.failed(problem);
    } else {
      inFlight.fail(problem);
    }
  }

  private void readBands(ImageRows rows, TilePlan plan, ImageInFlight inFlight, int bits)
      throws IOException, ImageException, InterruptedException {
    int factor = network.settings().scale();
    SampleBand before = SampleBand.none(rows.layout());
    for (List<Tile> band : plan.bands()) {
      if (inFlight.hasFailed()) {
        return;
      }
      Tile first = band.get(0);
      long bytes =
          BandTiles.bytes(rows.layout(), first.inputHeight(), first.height(), factor, bits);
      // More than half of the memory is never asked for: another band can always be under way.
      int asked = (int) Math.max(1, Math.min(units / 2, bytes / UNIT_BYTES));
      memory.acquire(asked);
      before = SampleBand.read(rows, before, first.top() - first.haloTop(), first.inputHeight());
      BandTiles pixels = new BandTiles(before, band, factor, bits);
      inFlight.add(pixels, () -> memory.release(asked));
      band.forEach(tile -> tiles.add(new QueuedTile(inFlight, pixels, tile)));
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
