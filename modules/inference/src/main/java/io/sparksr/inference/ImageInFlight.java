package io.sparksr.inference;

import io.sparksr.core.image.EnlargedRows;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageLayout;
import io.sparksr.core.image.ImageMetadata;
import io.sparksr.core.image.RowEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * An image between its reader, the network and its writer: bands are written in order, by one
 * writer at a time, as soon as they are enlarged.
 */
final class ImageInFlight {
  private final PipelineImage image;
  private final ImageLayout source;
  private final ImageLayout target;
  private final ImageMetadata metadata;
  private final PipelineSettings settings;
  private final Queue<Band> bands = new ArrayDeque<>();
  private final long tilesTotal;
  private long tilesDone;
  private boolean isRead;
  private boolean isBeingWritten;
  private boolean isOver;
  private ImageException failure;
  private OutputStream out;
  private RowEncoder encoder;
  private EnlargedRows rows;

  /** A band in the order of the image, with what it gives back when it is written. */
  private static final class Band {
    private final BandTiles tiles;
    private final Runnable release;
    private boolean isEnlarged;

    Band(BandTiles tiles, Runnable release) {
      this.tiles = tiles;
      this.release = release;
    }
  }

  ImageInFlight(
      PipelineImage image,
      ImageLayout source,
      ImageLayout target,
      ImageMetadata metadata,
      PipelineSettings settings,
      long tilesTotal) {
    this.image = image;
    this.source = source;
    this.target = target;
    this.metadata = metadata;
    this.settings = settings;
    this.tilesTotal = tilesTotal;
  }

  /** Adds the next band. */
  synchronized void add(BandTiles tiles, Runnable release) {
    bands.add(new Band(tiles, release));
  }

  /** Whether its tiles need not be enlarged any more. */
  synchronized boolean hasFailed() {
    return failure != null;
  }

  /** All bands have been added. */
  synchronized void allRead() {
    isRead = true;
  }

  /** Gives up the image. */
  synchronized void fail(ImageException problem) {
    if (failure == null) {
      failure = problem;
    }
    isRead = true;
  }

  /** A tile is enlarged or, where the image has failed, passed over. */
  void tileDone(BandTiles tiles) {
    tilesDone++;
    if (!hasFailed()) {
      image.tilesDone(tilesDone, tilesTotal);
    }
    if (tiles.tileDone()) {
      synchronized (this) {
        bands.stream().filter(band -> band.tiles == tiles).forEach(band -> band.isEnlarged = true);
      }
    }
  }

  /** Writes what is ready, unless a writer is at it. */
  void writeReady(Executor writers, FailableTask.Guard guard) {
    synchronized (this) {
      boolean isReady = !bands.isEmpty() && bands.peek().isEnlarged;
      boolean isEnd = bands.isEmpty() && isRead && !isOver;
      if (isBeingWritten || !(isReady || isEnd)) {
        return;
      }
      isBeingWritten = true;
    }
    writers.execute(
        guard.guarded(
            () -> {
              writeAll();
              // What became ready after the last look.
              writeReady(writers, guard);
            }));
  }

  private void writeAll() throws IOException {
    while (true) {
      Band band;
      synchronized (this) {
        if (bands.isEmpty() || !bands.peek().isEnlarged) {
          if (!bands.isEmpty() || !isRead || isOver) {
            isBeingWritten = false;
            return;
          }
          isOver = true;
          break;
        }
        band = bands.remove();
      }
      try {
        if (!hasFailed()) {
          write(band.tiles);
        }
      } finally {
        band.release.run();
      }
    }
    end();
    synchronized (this) {
      isBeingWritten = false;
    }
  }

  private void write(BandTiles band) throws IOException {
    if (encoder == null) {
      out = image.create();
      encoder = settings.format().encoder(out, target, metadata, settings.quality());
      rows = new EnlargedRows(encoder, source, target);
    }
    rows.write(band.sr(), band.lr(), band.top(), band.rows());
  }

  private void end() throws IOException {
    if (!hasFailed()) {
      encoder.finish();
    }
    close();
    if (hasFailed()) {
      image.failed(failure);
    } else {
      image.done(target, metadata);
    }
  }

  /** Closes the output, complete or not. */
  void close() throws IOException {
    if (encoder != null) {
      encoder.close();
    }
    if (out != null) {
      out.close();
    }
  }
}
