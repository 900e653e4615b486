package io.sparksr.collective;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The listening side of the handshake, never blocking: greets with a nonce, expects rank, nonce and
 * proof of the previous rank, answers with its own proof. Whoever connects learns nothing from it
 * but random bytes until it has proved itself.
 */
final class InboundHandshake {
  /** First bytes of both sides' first messages. */
  static final byte[] MAGIC = {'S', 'P', 'S', 'R', 'R', 'N', 'G', '1'};

  /** Magic and nonce. */
  static final int GREETING_BYTES = MAGIC.length + RingProof.BYTES;

  /** Magic, rank (big endian), nonce, proof. */
  static final int REPLY_BYTES = MAGIC.length + Integer.BYTES + 2 * RingProof.BYTES;

  private final RingMembership ring;
  private final RingProof proof;
  private final RingChannel channel;
  private final byte[] nonce;
  private final long deadlineNanos;
  private final ByteBuffer reply = ByteBuffer.allocate(REPLY_BYTES);
  private boolean greeted;

  /**
   * Greets once the connection is set up.
   *
   * @param channel just accepted, non-blocking
   * @param nonce fresh random bytes
   */
  InboundHandshake(
      RingMembership ring, RingProof proof, RingChannel channel, byte[] nonce, long deadlineNanos) {
    this.ring = ring;
    this.proof = proof;
    this.channel = channel;
    this.nonce = nonce.clone();
    this.deadlineNanos = deadlineNanos;
  }

  RingChannel channel() {
    return channel;
  }

  /** When it must be complete, {@link System#nanoTime()}. */
  long deadlineNanos() {
    return deadlineNanos;
  }

  /**
   * Reads what has come.
   *
   * @return whether the peer is the previous rank of this run, and has been told so
   * @throws IOException if it is a stranger, with the reason
   */
  boolean advance() throws IOException {
    if (!channel.handshake()) {
      return false;
    }
    if (!greeted) {
      greeted = true;
      send(ByteBuffer.allocate(GREETING_BYTES).put(MAGIC).put(nonce));
    }
    if (channel.read(reply) < 0) {
      throw new ProtocolException("it closed the connection");
    }
    int seen = Math.min(reply.position(), MAGIC.length);
    if (!Arrays.equals(reply.array(), 0, seen, MAGIC, 0, seen)) {
      throw new ProtocolException("it speaks another protocol");
    }
    if (reply.hasRemaining()) {
      return false;
    }
    reply.position(MAGIC.length);
    int rank = reply.getInt();
    byte[] peerNonce = new byte[RingProof.BYTES];
    byte[] given = new byte[RingProof.BYTES];
    reply.get(peerNonce).get(given);
    byte[] expected = proof.ofInitiator(ring.previous(), ring.rank(), nonce, peerNonce);
    if (rank != ring.previous() || !RingProof.equal(expected, given)) {
      throw new ProtocolException("it belongs to another run or has another secret");
    }
    send(
        ByteBuffer.allocate(RingProof.BYTES)
            .put(proof.ofAcceptor(rank, ring.rank(), nonce, peerNonce)));
    return true;
  }

  private void send(ByteBuffer message) throws IOException {
    channel.write(message.flip());
    if (message.hasRemaining() || !channel.flushed()) {
      throw new ProtocolException("it does not read");
    }
  }
}
