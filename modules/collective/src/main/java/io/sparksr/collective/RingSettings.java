package io.sparksr.collective;

import java.io.Serializable;

/**
 * How a ring waits and how it cuts messages. All ranks of a run use the same {@code chunkBytes};
 * sums do not depend on it.
 *
 * @param timeoutMillis a peer that sends nothing (or takes nothing) for this long has failed;
 *     includes the time it computes between two operations; at least 10
 * @param connectTimeoutMillis how long setting up the ring may take; at least 10
 * @param chunkBytes payload of one frame; a multiple of 8 from 64 to 16 MiB; each rank holds six
 *     such frames
 * @param wire how gradients travel
 */
public record RingSettings(
    int timeoutMillis, int connectTimeoutMillis, int chunkBytes, WireFormat wire)
    implements Serializable {
  private static final int LEAST_MILLIS = 10;
  private static final int LEAST_CHUNK = 64;
  private static final int LARGEST_CHUNK = 16 << 20;

  /** Checks the ranges. */
  public RingSettings {
    if (timeoutMillis < LEAST_MILLIS) {
      throw new IllegalArgumentException(
          "timeout-millis: must be at least " + LEAST_MILLIS + ", got " + timeoutMillis);
    }
    if (connectTimeoutMillis < LEAST_MILLIS) {
      throw new IllegalArgumentException(
          "connect-timeout-millis: must be at least "
              + LEAST_MILLIS
              + ", got "
              + connectTimeoutMillis);
    }
    if (chunkBytes < LEAST_CHUNK || chunkBytes > LARGEST_CHUNK || chunkBytes % Double.BYTES != 0) {
      throw new IllegalArgumentException(
          "chunk-bytes: must be a multiple of 8 from "
              + LEAST_CHUNK
              + " to "
              + LARGEST_CHUNK
              + ", got "
              + chunkBytes);
    }
  }

  /** Gradients travel as they are. */
  public static RingSettings of(int timeoutMillis, int connectTimeoutMillis, int chunkBytes) {
    return new RingSettings(timeoutMillis, connectTimeoutMillis, chunkBytes, WireFormat.FP32);
  }

  /** The same, but gradients travel in another format. */
  public RingSettings withWire(WireFormat other) {
    return new RingSettings(timeoutMillis, connectTimeoutMillis, chunkBytes, other);
  }

  /** One minute of silence, half a minute to connect, frames of 128 KiB. */
  public static RingSettings defaults() {
    return of(60_000, 30_000, 128 << 10);
  }
}
