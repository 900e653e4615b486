package io.sparksr.collective;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one operation after the other over the two connections of a rank, in the caller's thread:
 * it reads, computes and writes whatever is ready, and sleeps only when neither connection moves. A
 * frame is summed while the kernel receives the next one and sends the last one.
 */
final class RingPipeline implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(RingPipeline.class);

  /** Chunks that each rank has on their way round at a time. */
  static final int WINDOW = 4;

  /** The window, one frame being received, and one to spare. */
  private static final int FRAMES = WINDOW + 2;

  /** Heartbeats per time-out while this rank waits. */
  private static final int HEARTBEATS = 4;

  private static final long LONGEST_FAREWELL_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long FAREWELL_LOOK_MILLIS = 50;

  private final RingMembership ring;
  private final FramePool pool;
  private final InboundLink inbound;
  private final OutboundLink outbound;
  private final Selector selector;
  private final SelectionKey inboundKey;
  private final SelectionKey outboundKey;

  private RingOperation operation;
  private long patienceNanos;
  private long sequence;
  private long received;
  private long queued;
  private ByteBuffer current;
  private boolean held;
  private long beatNanos;

  /** Takes the channels over: non-blocking, authenticated, without a byte read beyond that. */
  RingPipeline(RingMembership ring, RingChannel fromPrevious, RingChannel toNext)
      throws IOException {
    this.ring = ring;
    this.pool = new FramePool(FRAMES, ring.settings().chunkBytes());
    this.inbound = new InboundLink(ring, fromPrevious);
    this.outbound = new OutboundLink(ring, toNext, pool);
    this.selector = Selector.open();
    this.inboundKey = fromPrevious.socket().register(selector, 0);
    this.outboundKey = toNext.socket().register(selector, 0);
  }

  /**
   * Runs one operation to its end.
   *
   * @param timeoutMillis how long a neighbour may give no sign of life
   */
  void run(RingOperation next, int timeoutMillis) throws RingFault, IOException {
    operation = next;
    patienceNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    received = 0;
    queued = 0;
    inbound.restartClock();
    outbound.restartClock();
    beatNanos = inbound.lastNanos();
    while (received < operation.incoming() || sendingLeft()) {
      boolean moved = fill(1);
      moved |= outbound.write();
      moved |= receive();
      if (!moved) {
        await();
      }
    }
    sequence++;
  }

  private boolean sendingLeft() {
    return queued < operation.outgoing() || outbound.waiting() > 0;
  }

  /** Queues local frames that are next in line, unless that many frames wait already. */
  private boolean fill(int enough) {
    boolean moved = false;
    while (outbound.waiting() <= enough
        && queued < operation.outgoing()
        && operation.source(queued) == RingOperation.LOCAL
        && operation.mayFill(queued, received)
        && !pool.isEmpty()) {
      ByteBuffer frame = pool.take(operation.outgoingBytes(queued));
      operation.fill(queued, FramePool.payload(frame));
      queue(frame);
      moved = true;
    }
    return moved;
  }

  private void queue(ByteBuffer frame) {
    header(frame).write(frame);
    outbound.add(frame);
    queued++;
  }

  private FrameHeader header(ByteBuffer frame) {
    return operation.header(frame.limit() - FrameHeader.BYTES, sequence);
  }

  private boolean receive() throws RingFault {
    if (held || !receiving()) {
      return held && passOn();
    }
    if (current == null) {
      current = pool.take(operation.incomingBytes(received));
      inbound.beginFrame();
    }
    boolean moved = inbound.read(current, header(current));
    if (current.hasRemaining()) {
      return moved;
    }
    operation.accept(received, FramePool.payload(current));
    if (operation.passesOn(received++)) {
      held = true;
      passOn();
    } else {
      pool.give(current);
      current = null;
    }
    return true;
  }

  /** Whether a frame is due and there is a buffer for it. */
  private boolean receiving() {
    return received < operation.incoming() && !held && (current != null || !pool.isEmpty());
  }

  /** Queues the frame just received, once all that go out before it are queued. */
  private boolean passOn() {
    boolean moved = fill(FRAMES);
    if (queued == operation.outgoing() || operation.source(queued) != received - 1) {
      return moved;
    }
    queue(current);
    current = null;
    held = false;
    return true;
  }

  /** Sleeps until a connection is ready, a heartbeat is due or a peer's time is up. */
  private void await() throws RingFault, IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw ring.fault(ring.rank(), FaultReason.INTERRUPTED, null);
    }
    boolean receiving = receiving();
    boolean sending = outbound.waiting() > 0;
    if (outbound.ended() && sendingLeft()) {
      throw ring.fault(ring.next(), FaultReason.CLOSED, null);
    }
    long now = System.nanoTime();
    long wait = beatNanos + patienceNanos / HEARTBEATS - now;
    if (receiving) {
      wait = Math.min(wait, left(now, inbound.lastNanos(), ring.previous(), FaultReason.SILENT));
    } else {
      inbound.restartClock(); // it cannot send while we do not read
    }
    if (sending) {
      wait = Math.min(wait, left(now, outbound.lastNanos(), ring.next(), FaultReason.STALLED));
    }
    if (wait <= 0) {
      beat(sending);
      return;
    }
    inboundKey.interestOps(receiving ? SelectionKey.OP_READ : 0);
    outboundKey.interestOps(
        (sending ? SelectionKey.OP_WRITE : 0) | (outbound.ended() ? 0 : SelectionKey.OP_READ));
    selector.select(TimeUnit.NANOSECONDS.toMillis(wait) + 1);
    if (selector.selectedKeys().contains(outboundKey) && outboundKey.isReadable()) {
      outbound.readNotices();
    }
    selector.selectedKeys().clear();
  }

  private long left(long now, long lastNanos, int rank, FaultReason reason) throws RingFault {
    long left = lastNanos + patienceNanos - now;
    if (left <= 0) {
      throw ring.timeFault(rank, reason, TimeUnit.NANOSECONDS.toMillis(patienceNanos));
    }
    return left;
  }

  /**
   * Tells a neighbour that waits for this rank that the fault is not here: the next one if there is
   * nothing to send yet, the previous one if what it sends cannot be passed on.
   */
  private void beat(boolean sending) {
    beatNanos = System.nanoTime();
    if (sending) {
      inbound.sendBack(FrameHeader.heartbeat());
    } else if (!outbound.ended()) {
      outbound.beat();
    }
  }

  /** Tells both neighbours, as far as they still listen, why this rank gives up. */
  void farewell(RingFault fault) {
    boolean interrupted = Thread.interrupted(); // else the channels close on first use
    try {
      FrameHeader abort = FrameHeader.abort(fault);
      inbound.sendBack(abort);
      outbound.replaceWaiting(abort);
      flush();
    } catch (IOException | RingFault | ClosedSelectorException | CancelledKeyException e) {
      LOG.debug("rank={} the neighbours could not be told", ring.rank(), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void flush() throws IOException, RingFault {
    long deadline = System.nanoTime() + Math.min(LONGEST_FAREWELL_NANOS, patienceNanos);
    inboundKey.interestOps(0);
    outboundKey.interestOps(SelectionKey.OP_WRITE);
    while (outbound.waiting() > 0 && System.nanoTime() < deadline) {
      if (!outbound.write()) {
        selector.select(FAREWELL_LOOK_MILLIS);
        selector.selectedKeys().clear();
      }
    }
  }

  @Override
  public void close() {
    RingSockets.closeQuietly(selector);
    outbound.close();
    RingSockets.closeQuietly(inbound.channel());
  }
}
