package io.sparksr.data;

import io.sparksr.core.UserException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The batches of one replica, from any step on and without end, ready for a network; a thread of
 * its own reads, augments and scales ahead, into a few buffers that are used again and again. The
 * batches depend on the order, the shards, the rank and the world size only.
 */
public final class BatchLoader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BatchLoader.class);
  private static final int BATCHES_AHEAD = 2;
  // Those that wait, the one being filled, and the receiver's.
  private static final int BUFFERS = BATCHES_AHEAD + 2;
  private static final long CLOSE_MILLIS = 30_000;
  private static final long INTERRUPT_MILLIS = 100;

  private final SampleOrder order;
  private final ShardManifest manifest;
  private final BlockCache cache;
  private final int[] places;
  private final Augment augment;
  private final Scaling lrScaling;
  private final Scaling hrScaling;
  private final byte[] lrPixels;
  private final byte[] hrPixels;
  private final BlockingQueue<Loaded> queue = new ArrayBlockingQueue<>(BATCHES_AHEAD);
  private final BlockingQueue<Pixels> unused = new ArrayBlockingQueue<>(BUFFERS);
  private final Thread thread;
  private Pixels lent;
  private volatile boolean closed;

  /** Whether samples are flipped and turned at random. */
  public enum Augment {
    /** Every sample as one of its eight symmetries, drawn anew each epoch. */
    ON,
    /** As cut. */
    OFF
  }

  /**
   * What one replica loads.
   *
   * @param rank 0 to worldSize - 1
   * @param worldSize how many replicas share the global batch
   * @param startStep the step of the first batch, from 0
   * @param augment whether samples are flipped and turned
   * @param cacheBytes pixels kept in memory; at least the blocks one step needs are
   */
  public record Options(
      int rank, int worldSize, long startStep, Augment augment, long cacheBytes) {}

  /**
   * Float values of 8-bit pixels: {@code byte * scale[c] + shift[c]}.
   *
   * @param scale one factor per channel, R, G, B
   * @param shift one summand per channel, R, G, B
   */
  public record Scaling(float[] scale, float[] shift) {}

  private BatchLoader(
      SampleOrder order, ShardDataset dataset, Options options, Scaling lr, Scaling hr) {
    this.order = order;
    this.manifest = dataset.manifest();
    this.places = order.placesOf(options.rank(), options.worldSize());
    this.cache = new BlockCache(dataset, options.cacheBytes(), places.length);
    this.augment = options.augment();
    this.lrScaling = lr;
    this.hrScaling = hr;
    this.lrPixels = new byte[bytes(manifest.lrSize())];
    this.hrPixels = new byte[bytes(manifest.cropSize())];
    for (int i = 0; i < BUFFERS; i++) {
      unused.add(new Pixels(floats(lrPixels.length), floats(hrPixels.length)));
    }
    this.thread =
        new Thread(() -> readAhead(options.startStep()), "batch-loader-" + options.rank());
    thread.setDaemon(true);
  }

  /**
   * Starts to load.
   *
   * @param order made from the blocks of the data set's manifest
   * @param dataset used by the loader's thread alone until the loader is closed; the caller closes
   *     it after that
   * @param lr the values of LR
   * @param hr the values of HR
   * @throws UserException (configuration) if the replica would have no samples
   */
  public static BatchLoader start(
      SampleOrder order, ShardDataset dataset, Options options, Scaling lr, Scaling hr) {
    BatchLoader loader = new BatchLoader(order, dataset, options, lr, hr);
    loader.thread.start();
    return loader;
  }

  /**
   * The next batch; waits until it is loaded. The one before ends with this call, whether it
   * succeeds or not: its memory is filled anew.
   *
   * @throws UserException (input) if a shard is not what its manifest says
   * @throws IOException if the storage failed; {@link InterruptedIOException} if the caller was
   *     interrupted, whose interrupt flag is then set
   * @throws IllegalStateException after {@link #close()}
   */
  public Batch next() throws IOException {
    if (closed) {
      throw new IllegalStateException("the loader is closed");
    }
    if (lent != null) {
      unused.add(lent);
      lent = null;
    }
    try {
      Loaded loaded = queue.take();
      if (loaded.failure == null) {
        lent = loaded.pixels;
        return loaded.batch;
      }
      // Nothing follows a failure: keep it for whoever asks again.
      queue.put(loaded);
      throw rethrown(loaded.failure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a batch");
    }
  }

  /** Stops reading ahead. */
  @Override
  public void close() {
    closed = true;
    try {
      // Clients of object stores may swallow an interrupt and go on.
      for (long waited = 0; thread.isAlive() && waited < CLOSE_MILLIS; waited += INTERRUPT_MILLIS) {
        thread.interrupt();
        thread.join(INTERRUPT_MILLIS);
      }
      if (thread.isAlive()) {
        LOG.warn("{} still waits for storage {} ms after its end", thread.getName(), CLOSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void readAhead(long startStep) {
    try {
      for (long step = startStep; !closed; step++) {
        Pixels pixels = unused.take();
        queue.put(new Loaded(load(step, pixels), pixels, null));
      }
    } catch (InterruptedException e) {
      LOG.debug("{} was closed", Thread.currentThread().getName());
    } catch (IOException | RuntimeException | Error e) {
      try {
        queue.put(new Loaded(null, null, e));
      } catch (InterruptedException closed) {
        LOG.debug("{} was closed after it failed", Thread.currentThread().getName(), e);
      }
    }
  }

  private Batch load(long step, Pixels target) throws IOException {
    int hrSize = manifest.cropSize();
    int lrSize = manifest.lrSize();
    int count = places.length;
    long epoch = order.epochOf(step);
    List<SampleId> samples = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      SampleRef ref = order.at(step, places[i]);
      ShardRow row = cache.get(ref.block()).rows().get(ref.row());
      SampleId id = new SampleId(row.imageId(), row.crop());
      Augmentation symmetry =
          augment == Augment.ON ? Augmentation.draw(order.seed(), epoch, id) : Augmentation.NONE;
      symmetry.apply(row.hr(), hrSize, hrPixels, i * (hrPixels.length / count));
      symmetry.apply(row.lr(), lrSize, lrPixels, i * (lrPixels.length / count));
      samples.add(id);
    }
    scale(lrPixels, count, lrSize, lrScaling, target.lr);
    scale(hrPixels, count, hrSize, hrScaling, target.hr);
    return new Batch(step, epoch, count, target.lr, target.hr, samples);
  }

  private static void scale(byte[] hwc, int count, int side, Scaling scaling, ByteBuffer target) {
    PlanarFloats.toPlanarFloats(
        hwc, count, side, side, scaling.scale, scaling.shift, target.asFloatBuffer());
  }

  private int bytes(int side) {
    return Math.multiplyExact(places.length, 3 * side * side);
  }

  private static ByteBuffer floats(int count) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES))
        .order(ByteOrder.nativeOrder());
  }

  /** The failure as a new exception with the waiting thread's stack, except a user's mistake. */
  private static IOException rethrown(Throwable failure) {
    if (failure instanceof UserException user) {
      throw user;
    }
    if (failure instanceof IOException) {
      return new IOException(failure.getMessage(), failure);
    }
    throw new IllegalStateException("loading a batch failed", failure);
  }

  private record Loaded(Batch batch, Pixels pixels, Throwable failure) {}

  /** The memory of one batch. */
  private record Pixels(ByteBuffer lr, ByteBuffer hr) {}
}
