package io.sparksr.collective;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.util.Arrays;

/**
 * The connecting side of the handshake with the next rank, never blocking. A connection that ends
 * half-way is tried again a few times: the other side drops the oldest of too many strangers, which
 * may by bad luck be this one.
 */
final class OutboundHandshake {
  private static final int ATTEMPTS = 3;

  private enum State {
    CONNECTING,
    GREETING,
    CONFIRMATION,
    DONE
  }

  private final RingMembership ring;
  private final RingProof proof;
  private final Selector selector;
  private final SecureRandom random;
  private final RingSecurity security;
  private final byte[] ownNonce = new byte[RingProof.BYTES];
  private final byte[] peerNonce = new byte[RingProof.BYTES];
  private RingChannel channel;
  private State state = State.CONNECTING;
  private ByteBuffer message;
  private int attempts;

  OutboundHandshake(
      RingMembership ring,
      RingProof proof,
      Selector selector,
      SecureRandom random,
      RingSecurity security) {
    this.ring = ring;
    this.proof = proof;
    this.selector = selector;
    this.random = random;
    this.security = security;
  }

  RingChannel channel() {
    return channel;
  }

  boolean done() {
    return state == State.DONE;
  }

  /** Begins to connect. */
  void start() throws RingFault {
    PeerAddress peer = ring.peers().get(ring.next());
    InetSocketAddress address = new InetSocketAddress(peer.host(), peer.port());
    if (address.isUnresolved()) {
      throw ring.fault(ring.next(), FaultReason.UNREACHABLE, null);
    }
    attempts++;
    state = State.CONNECTING;
    try {
      SocketChannel socket = RingSockets.configure(SocketChannel.open());
      channel = security.toNext(socket);
      socket.register(selector, SelectionKey.OP_CONNECT);
      if (socket.connect(address)) {
        connected();
      }
    } catch (IOException e) {
      throw ring.fault(ring.next(), FaultReason.UNREACHABLE, e);
    }
  }

  /** Goes on as far as it can; {@link #done()} tells whether the next rank has proved itself. */
  void advance() throws RingFault {
    if (state == State.CONNECTING) {
      try {
        channel.socket().finishConnect();
        connected();
      } catch (IOException e) {
        throw ring.fault(ring.next(), FaultReason.UNREACHABLE, e);
      }
    }
    while (state != State.DONE && received()) {
      if (state == State.GREETING) {
        reply();
      } else {
        confirm();
      }
    }
  }

  private void connected() throws IOException {
    channel.socket().keyFor(selector).interestOps(SelectionKey.OP_READ);
    expect(State.GREETING, InboundHandshake.GREETING_BYTES);
    channel.handshake(); // with TLS, it is for this side to begin
  }

  private void expect(State next, int bytes) {
    state = next;
    message = ByteBuffer.allocate(bytes);
  }

  /** Whether the message expected is complete. */
  private boolean received() throws RingFault {
    IOException failure = null;
    try {
      if (!channel.handshake()) {
        return false;
      }
      if (channel.read(message) >= 0) {
        return !message.hasRemaining();
      }
    } catch (IOException e) {
      failure = e;
    }
    RingSockets.closeQuietly(channel);
    if (failure != null && failure.getCause() instanceof CertificateException) {
      throw ring.fault(ring.next(), FaultReason.UNPROVEN, failure);
    }
    if (attempts >= ATTEMPTS) {
      throw ring.fault(ring.next(), FaultReason.REFUSED, failure);
    }
    start();
    return false;
  }

  private void reply() throws RingFault {
    byte[] magic = InboundHandshake.MAGIC;
    if (!Arrays.equals(message.array(), 0, magic.length, magic, 0, magic.length)) {
      throw ring.fault(ring.next(), FaultReason.UNPROVEN, null);
    }
    message.position(magic.length).get(peerNonce);
    random.nextBytes(ownNonce);
    ByteBuffer reply =
        ByteBuffer.allocate(InboundHandshake.REPLY_BYTES)
            .put(magic)
            .putInt(ring.rank())
            .put(ownNonce)
            .put(proof.ofInitiator(ring.rank(), ring.next(), peerNonce, ownNonce))
            .flip();
    try {
      channel.write(reply); // far less than the empty socket buffer holds
    } catch (IOException e) {
      throw ring.fault(ring.next(), FaultReason.REFUSED, e);
    }
    expect(State.CONFIRMATION, RingProof.BYTES);
  }

  private void confirm() throws RingFault {
    byte[] expected = proof.ofAcceptor(ring.rank(), ring.next(), peerNonce, ownNonce);
    if (!RingProof.equal(expected, message.array())) {
      throw ring.fault(ring.next(), FaultReason.UNPROVEN, null);
    }
    state = State.DONE;
  }
}
