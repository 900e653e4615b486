package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;
import java.util.concurrent.Semaphore;

/**
 * The memory that decoding large images may take at once, over all threads of a process: two tasks
 * whose images fit one by one wait for each other, and an image that fits in no case is refused
 * instead of being the end of the process.
 */
final class DecodeMemory {
  /** The heap belongs to the process, so this does too. */
  static final DecodeMemory OF_THIS_PROCESS =
      new DecodeMemory((int) Math.max(1, (Runtime.getRuntime().maxMemory() / 5 * 3) >> 20));

  /** Smaller images are not worth the bookkeeping. */
  private static final int SMALL_MEBIBYTES = 64;

  private final int mebibytes;
  private final Semaphore free;

  /** A budget. */
  DecodeMemory(int mebibytes) {
    this.mebibytes = mebibytes;
    this.free = new Semaphore(mebibytes, true);
  }

  /** What an image holds until it is closed. */
  final class Reservation implements AutoCloseable {
    private final int taken;

    private Reservation(int taken) {
      this.taken = taken;
    }

    @Override
    public void close() {
      free.release(taken);
    }
  }

  /**
   * Waits until the memory for an image is free.
   *
   * @throws ImageException BEYOND_MEMORY if it never can be
   */
  Reservation reserve(ImageHeader header) throws ImageException {
    long needed = mebibytes(header);
    if (needed < SMALL_MEBIBYTES) {
      return new Reservation(0);
    }
    if (needed > mebibytes) {
      throw new ImageException(
          Reason.BEYOND_MEMORY,
          "has "
              + header.width()
              + "x"
              + header.height()
              + " pixels, which take about "
              + needed
              + " MiB to decode, where this process has "
              + mebibytes
              + " MiB for that");
    }
    free.acquireUninterruptibly((int) needed);
    return new Reservation((int) needed);
  }

  /** Whether an image fits, once others are closed. */
  boolean holds(ImageHeader header) {
    return mebibytes(header) <= Math.max(mebibytes, SMALL_MEBIBYTES - 1);
  }

  private static long mebibytes(ImageHeader header) {
    return ((long) header.width() * header.height() * bytesPerPixel(header)) >> 20;
  }

  /** The result, and for what Java's readers decode the samples of the file beside it. */
  private static int bytesPerPixel(ImageHeader header) {
    boolean isNative = header.format().equals("jpeg") || header.format().equals("webp");
    if (isNative) {
      return RgbImage.CHANNELS + (header.mode().equals("CMYK") ? 4 : 0);
    }
    // The header does not tell 8 bits of four channels from 16.
    return RgbImage.CHANNELS + 8;
  }
}
