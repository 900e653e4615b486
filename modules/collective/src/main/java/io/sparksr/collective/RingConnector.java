package io.sparksr.collective;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets up a rank's two connections in one thread that never blocks on anyone: while it connects to
 * the next rank, any number of strangers may be knocking without delaying the previous one.
 */
final class RingConnector implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(RingConnector.class);

  /** Connections that have not proved themselves; one more drops the oldest. */
  static final int MOST_PENDING = 64;

  /** Strangers logged one by one; the rest are counted. */
  private static final int MOST_LOGGED = 10;

  private static final long LONGEST_HANDSHAKE_MILLIS = 5000;

  private static final long FAREWELL_MILLIS = 500;

  private final RingMembership ring;
  private final RingProof proof;
  private final RingListener listener;
  private final Selector selector = Selector.open();
  private final SecureRandom random = new SecureRandom();
  private final ArrayDeque<InboundHandshake> pending = new ArrayDeque<>();
  private final OutboundHandshake outbound;
  private final RingSecurity security;
  private OutboundLink nextNotices;
  private RingChannel fromPrevious;
  private int strangers;
  private boolean givingUp;
  private boolean handedOver;

  RingConnector(RingMembership ring, RingProof proof, RingListener listener) throws IOException {
    this.ring = ring;
    this.proof = proof;
    this.listener = listener;
    this.security = new RingSecurity(ring, listener.identity());
    this.outbound = new OutboundHandshake(ring, proof, selector, random, security);
  }

  /**
   * Both connections, proved.
   *
   * @return a pipeline that owns them
   */
  RingPipeline connect() throws RingFault, IOException {
    try {
      listener.channel().register(selector, SelectionKey.OP_ACCEPT);
      outbound.start();
      long deadline = after(ring.settings().connectTimeoutMillis());
      while (fromPrevious == null || !outbound.done()) {
        if (System.nanoTime() >= deadline) {
          throw late();
        }
        serve(deadline);
      }
    } catch (RingFault e) {
      givingUp = true;
      farewell(e);
      throw e;
    }
    selector.close();
    RingPipeline pipeline = new RingPipeline(ring, fromPrevious, outbound.channel());
    handedOver = true;
    return pipeline;
  }

  /** Waits until something happens, and deals with it. */
  private void serve(long deadline) throws RingFault, IOException {
    long now = System.nanoTime();
    long wake = dropLate(now, deadline);
    selector.select(TimeUnit.NANOSECONDS.toMillis(wake - now) + 1);
    if (Thread.currentThread().isInterrupted()) {
      throw ring.fault(ring.rank(), FaultReason.INTERRUPTED, null);
    }
    dispatch();
  }

  private void dispatch() throws RingFault, IOException {
    Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
    while (keys.hasNext()) {
      SelectionKey key = keys.next();
      keys.remove();
      if (!key.isValid()) {
        continue; // dropped while an earlier key was served
      }
      if (key.isAcceptable()) {
        accept();
      } else if (key.attachment() instanceof InboundHandshake handshake) {
        advance(handshake, key);
      } else if (givingUp) {
        key.cancel();
      } else if (outbound.done()) {
        watchNext();
      } else {
        outbound.advance();
      }
    }
  }

  private void accept() throws IOException {
    SocketChannel channel = listener.channel().accept();
    if (channel == null) {
      return;
    }
    if (pending.size() >= MOST_PENDING) {
      drop(pending.peek(), "too many strangers at once");
    }
    byte[] nonce = new byte[RingProof.BYTES];
    random.nextBytes(nonce);
    long limit = Math.min(LONGEST_HANDSHAKE_MILLIS, ring.settings().connectTimeoutMillis() / 4);
    try {
      RingSockets.configure(channel);
      InboundHandshake handshake =
          new InboundHandshake(ring, proof, security.fromPrevious(channel), nonce, after(limit));
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ, handshake);
      pending.add(handshake);
      advance(handshake, key); // greets
    } catch (IOException e) {
      RingSockets.closeQuietly(channel);
      LOG.debug("rank={} a connection ended at once", ring.rank(), e);
    }
  }

  private void advance(InboundHandshake handshake, SelectionKey key) {
    try {
      if (handshake.advance()) {
        key.cancel();
        pending.remove(handshake);
        // A second one comes only if the previous rank gave the first one up.
        RingSockets.closeQuietly(fromPrevious);
        fromPrevious = handshake.channel();
      }
    } catch (IOException e) {
      drop(handshake, e.getMessage());
    }
  }

  /** Drops strangers whose time is up; returns when to look again. */
  private long dropLate(long now, long deadline) {
    while (!pending.isEmpty() && pending.peek().deadlineNanos() <= now) {
      drop(pending.peek(), "it did not prove itself in time");
    }
    return pending.isEmpty() ? deadline : Math.min(deadline, pending.peek().deadlineNanos());
  }

  private void drop(InboundHandshake stranger, String reason) {
    pending.remove(stranger);
    strangers++;
    if (strangers <= MOST_LOGGED) {
      LOG.warn(
          "rank={} dropped a stranger at {}: {}",
          ring.rank(),
          stranger.channel().socket().socket().getRemoteSocketAddress(),
          reason);
    }
    RingSockets.closeQuietly(stranger.channel());
  }

  /** The next rank, already connected, must neither leave nor give up while we wait. */
  private void watchNext() throws RingFault {
    if (nextNotices == null) {
      nextNotices = new OutboundLink(ring, outbound.channel(), null);
    }
    nextNotices.readNotices();
    if (nextNotices.ended()) {
      throw ring.fault(ring.next(), FaultReason.CLOSED, null);
    }
  }

  private RingFault late() {
    int absent = fromPrevious == null ? ring.previous() : ring.next();
    return ring.timeFault(absent, FaultReason.ABSENT, ring.settings().connectTimeoutMillis());
  }

  private static long after(long millis) {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /**
   * Tells the neighbours why this rank gives up. The previous rank gets a moment to connect for it:
   * else it would find this rank gone and blame it.
   */
  private void farewell(RingFault fault) {
    long deadline = after(FAREWELL_MILLIS);
    try {
      while (fromPrevious == null
          && fault.rank() != ring.previous()
          && System.nanoTime() < deadline) {
        serve(deadline);
      }
      if (fromPrevious != null) {
        fromPrevious.write(FramePool.bare(FrameHeader.abort(fault)));
      }
      if (outbound.done()) {
        outbound.channel().write(FramePool.bare(FrameHeader.abort(fault)));
      }
    } catch (IOException | RingFault e) {
      LOG.debug("rank={} the neighbours could not be told", ring.rank(), e);
    }
  }

  /** Closes all but what {@link #connect} has handed over. */
  @Override
  public void close() {
    for (InboundHandshake stranger : pending) {
      RingSockets.closeQuietly(stranger.channel());
    }
    if (strangers > MOST_LOGGED) {
      LOG.warn("rank={} dropped {} strangers in all", ring.rank(), strangers);
    }
    RingSockets.closeQuietly(listener);
    RingSockets.closeQuietly(selector);
    if (!handedOver) {
      RingSockets.closeQuietly(fromPrevious);
      RingSockets.closeQuietly(outbound.channel());
    }
  }
}
