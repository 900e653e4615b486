package io.sparksr.collective;

import java.io.Closeable;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection to the next rank, with the frames that wait to be written. */
final class OutboundLink implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(OutboundLink.class);

  private final RingMembership ring;
  private final RingChannel channel;
  private final FramePool pool;
  private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
  private final ByteBuffer notice =
      ByteBuffer.allocateDirect(FrameHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long lastNanos;
  private boolean ended;

  OutboundLink(RingMembership ring, RingChannel channel, FramePool pool) {
    this.ring = ring;
    this.channel = channel;
    this.pool = pool;
  }

  RingChannel channel() {
    return channel;
  }

  /** When bytes last went out or a heartbeat came back, {@link System#nanoTime()}. */
  long lastNanos() {
    return lastNanos;
  }

  /** Counts the standstill from now on. */
  void restartClock() {
    lastNanos = System.nanoTime();
  }

  /** The number of frames not wholly written. */
  int waiting() {
    return queue.size();
  }

  /** Whether the next rank has closed; it may do so once it has all it needs. */
  boolean ended() {
    return ended;
  }

  /**
   * Appends a frame, which goes back to the pool when it is written.
   *
   * @param frame header and payload, complete from 0 to its limit
   */
  void add(ByteBuffer frame) {
    if (queue.isEmpty()) {
      restartClock();
    }
    queue.add(frame.position(0));
  }

  /**
   * Writes what fits, without waiting.
   *
   * @return whether anything was written
   */
  boolean write() throws RingFault {
    ByteBuffer frame = queue.peek();
    if (frame == null) {
      return false;
    }
    int count;
    try {
      count = channel.write(frame);
    } catch (IOException e) {
      readNotices(); // the next rank may have said why before it closed
      throw ring.lost(ring.next(), e);
    }
    if (!frame.hasRemaining() && channel.flushed()) {
      pool.give(queue.remove());
    }
    if (count > 0) {
      restartClock();
    }
    return count > 0;
  }

  /** Sends a sign of life while no frame waits; the next rank may have left already. */
  void beat() {
    ByteBuffer heartbeat = FramePool.bare(FrameHeader.heartbeat());
    try {
      channel.write(heartbeat);
      if (heartbeat.hasRemaining() || !channel.flushed()) {
        queue.add(heartbeat);
      }
    } catch (IOException e) {
      ended = true;
    }
  }

  /** Takes in what the next rank sends against the stream: signs of life, or why it gives up. */
  void readNotices() throws RingFault {
    while (!ended && readNotice()) {
      FrameHeader header;
      try {
        header = FrameHeader.read(notice);
      } catch (ProtocolException e) {
        throw ring.outOfStep(ring.next(), e.getMessage(), e);
      }
      if (header.kind() == FrameKind.ABORT) {
        throw ring.reported(header);
      }
      notice.clear();
      restartClock();
    }
  }

  /**
   * A bare frame instead of all that wait but one that is half written, whose rest the next rank
   * waits for.
   */
  void replaceWaiting(FrameHeader header) {
    ByteBuffer first = queue.poll();
    queue.clear();
    if (first != null && first.position() > 0) {
      queue.add(first);
    }
    add(FramePool.bare(header));
  }

  /** Closes so that what the kernel still has to send arrives. */
  @Override
  public void close() {
    try {
      channel.shutdownOutput();
      // With unread bytes in the socket the kernel would reset the connection instead.
      ByteBuffer rest = ByteBuffer.allocate(FrameHeader.BYTES);
      while (channel.socket().read(rest) > 0) {
        rest.clear();
      }
    } catch (IOException e) {
      LOG.debug("rank={} the next rank has gone", ring.rank(), e);
    }
    RingSockets.closeQuietly(channel);
  }

  private boolean readNotice() {
    try {
      ended = channel.read(notice) < 0;
    } catch (IOException e) {
      ended = true;
    }
    return !notice.hasRemaining();
  }
}
