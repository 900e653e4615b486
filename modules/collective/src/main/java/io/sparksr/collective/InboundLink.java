package io.sparksr.collective;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection from the previous rank. It carries frames this way; heartbeats and an abort may go
 * the other way.
 */
final class InboundLink {
  private static final Logger LOG = LoggerFactory.getLogger(InboundLink.class);

  private final RingMembership ring;
  private final RingChannel channel;
  private long lastNanos;
  private boolean headerChecked;

  InboundLink(RingMembership ring, RingChannel channel) {
    this.ring = ring;
    this.channel = channel;
  }

  RingChannel channel() {
    return channel;
  }

  /** When the last sign of life came, {@link System#nanoTime()}. */
  long lastNanos() {
    return lastNanos;
  }

  /** Counts the silence from now on. */
  void restartClock() {
    lastNanos = System.nanoTime();
  }

  /** Makes ready for a new frame. */
  void beginFrame() {
    headerChecked = false;
  }

  /**
   * Reads what is there, without waiting, and never beyond the frame: heartbeats in front of it are
   * taken out of the buffer, and a frame of another operation is noticed by its header.
   *
   * @param frame begun at position 0, its limit the size of the expected frame
   * @return whether anything was there
   */
  boolean read(ByteBuffer frame, FrameHeader expected) throws RingFault {
    int count;
    try {
      count = channel.read(frame);
    } catch (IOException e) {
      throw ring.lost(ring.previous(), e);
    }
    if (count < 0) {
      throw ring.fault(ring.previous(), FaultReason.CLOSED, null);
    }
    if (count == 0) {
      return false;
    }
    lastNanos = System.nanoTime();
    while (!headerChecked && frame.position() >= FrameHeader.BYTES) {
      checkHeader(frame, expected);
    }
    return true;
  }

  private void checkHeader(ByteBuffer frame, FrameHeader expected) throws RingFault {
    FrameHeader header;
    try {
      header = FrameHeader.read(frame);
    } catch (ProtocolException e) {
      throw ring.outOfStep(ring.previous(), e.getMessage(), e);
    }
    switch (header.kind()) {
      case HEARTBEAT -> {
        int limit = frame.limit();
        frame.flip().position(FrameHeader.BYTES);
        frame.compact().limit(limit);
      }
      case ABORT -> throw ring.reported(header);
      default -> {
        if (!header.equals(expected)) {
          throw ring.outOfStep(
              ring.previous(),
              "it is at "
                  + header.operation()
                  + ", but "
                  + ring.describe(ring.rank())
                  + " is at "
                  + expected.operation(),
              null);
        }
        headerChecked = true;
      }
    }
  }

  /** Sends a bare frame against the stream if there is room for it and someone to read it. */
  void sendBack(FrameHeader header) {
    try {
      channel.write(FramePool.bare(header));
    } catch (IOException e) {
      LOG.debug("rank={} the previous rank has gone", ring.rank(), e); // reading will tell
    }
  }
}
