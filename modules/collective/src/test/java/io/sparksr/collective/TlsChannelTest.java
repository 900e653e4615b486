package io.sparksr.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TlsChannelTest {
  /** Enough for the sender to ask for new keys, which reading answers, more than once. */
  private static final int BYTES = 1 << 20;

  @Test
  void whatThePeerSaidIsReadThoughNothingMoreCanBeSentToIt() throws IOException {
    List<PeerAddress> peers =
        List.of(
            new PeerAddress("127.0.0.1", 1, Identities.of(0).fingerprint()),
            new PeerAddress("127.0.0.1", 2, Identities.of(1).fingerprint()));
    try (ServerSocketChannel server =
            ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketChannel from = SocketChannel.open(server.getLocalAddress());
        SocketChannel to = server.accept()) {
      from.configureBlocking(false);
      to.configureBlocking(false);
      RingChannel sender = security(0, peers).toNext(from);
      RingChannel reader = security(1, peers).fromPrevious(to);
      for (boolean ready = false; !ready; ) {
        boolean one = sender.handshake();
        boolean other = reader.handshake();
        ready = one && other;
      }
      to.shutdownOutput();

      ByteBuffer sent = ByteBuffer.allocate(BYTES);
      ByteBuffer read = ByteBuffer.allocate(BYTES);
      for (int i = 0; i < BYTES; i++) {
        sent.put(i, (byte) (i * 31));
      }
      while (read.hasRemaining()) {
        sender.write(sent);
        assertThat(reader.read(read)).isNotNegative();
      }
      assertThat(read.array()).isEqualTo(sent.array());
    }
  }

  private static RingSecurity security(int rank, List<PeerAddress> peers) {
    return new RingSecurity(
        new RingMembership(rank, peers, RingSettings.defaults()), Optional.of(Identities.of(rank)));
  }
}
