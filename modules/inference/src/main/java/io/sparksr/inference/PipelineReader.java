package io.sparksr.inference;

import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.core.image.ImageLayout;
import io.sparksr.core.image.ImageRows;
import io.sparksr.core.image.SampleBand;
import io.sparksr.nn.SuperResolutionNetwork;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Reads images band by band and queues their tiles, no further ahead than memory allows. Used by
 * several threads.
 */
final class PipelineReader {
  private static final long UNIT_BYTES = 1 << 10;

  private final SuperResolutionNetwork network;
  private final PipelineSettings settings;
  private final BlockingQueue<QueuedTile> tiles;
  private final int units;
  private final Semaphore memory;

  /** Shared while several read; an image that did not fit beside another is read alone. */
  private final ReadWriteLock reading = new ReentrantReadWriteLock(true);

  PipelineReader(
      SuperResolutionNetwork network, PipelineSettings settings, BlockingQueue<QueuedTile> tiles) {
    this.network = network;
    this.settings = settings;
    this.tiles = tiles;
    this.units =
        (int) Math.max(2, Math.min(Integer.MAX_VALUE, settings.memoryBytes() / UNIT_BYTES));
    this.memory = new Semaphore(units, true);
  }

  /**
   * Reads one image.
   *
   * @param onEnd called when all bands are queued or given up, unless the image could not even be
   *     opened: then it has heard of that itself
   */
  void read(PipelineImage image, OnEnd onEnd) throws IOException, InterruptedException {
    try {
      read(image, reading.readLock(), onEnd);
    } catch (TooMuch e) {
      try {
        read(image, reading.writeLock(), onEnd);
      } catch (TooMuch again) {
        image.failed(
            new ImageException(Reason.BEYOND_MEMORY, "does not fit into memory", again.getCause()));
      }
    }
  }

  /** Hears of the end of an image. */
  @FunctionalInterface
  interface OnEnd {
    /** The image has all its bands, or has failed. */
    void ended(ImageInFlight image);
  }

  /** The heap was exhausted before anything of the image was queued. */
  private static final class TooMuch extends Exception {
    private static final long serialVersionUID = 1L;

    TooMuch(OutOfMemoryError cause) {
      super(cause);
    }
  }

  private void read(PipelineImage image, Lock lock, OnEnd onEnd)
      throws IOException, InterruptedException, TooMuch {
    ImageInFlight inFlight = null;
    lock.lockInterruptibly();
    try (ImageRows rows = open(image)) {
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
    } finally {
      lock.unlock();
    }
    if (inFlight != null) {
      onEnd.ended(inFlight);
    }
  }

  private static ImageRows open(PipelineImage image) throws IOException, ImageException, TooMuch {
    try {
      return image.open();
    } catch (OutOfMemoryError e) {
      throw new TooMuch(e);
    }
  }

  private ImageLayout enlarged(ImageLayout source) throws ImageException {
    try {
      ImageLayout layout = source.enlarged(network.settings().scale());
      // Fails where a row has more bytes than an array.
      int unused = layout.rowBytes();
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
      boolean isQueued = false;
      try {
        before = SampleBand.read(rows, before, first.top() - first.haloTop(), first.inputHeight());
        BandTiles pixels = new BandTiles(before, band, factor, bits);
        inFlight.add(pixels, () -> memory.release(asked));
        isQueued = true;
        band.forEach(tile -> tiles.add(new QueuedTile(inFlight, pixels, tile)));
      } finally {
        if (!isQueued) {
          memory.release(asked);
        }
      }
    }
  }
}
