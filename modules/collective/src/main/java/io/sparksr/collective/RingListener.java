package io.sparksr.collective;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;

/**
 * The open port of a rank that is about to join a ring. Opened before the ranks exchange their
 * addresses; nothing that connects is heard until {@link RingCommunicator#connect} takes the
 * listener over and closes it.
 */
public final class RingListener implements Closeable {
  private static final int BACKLOG = 128;

  private final ServerSocketChannel channel;
  private final PeerAddress address;
  private final Optional<RingIdentity> identity;

  private RingListener(
      ServerSocketChannel channel, PeerAddress address, Optional<RingIdentity> identity) {
    this.channel = channel;
    this.address = address;
    this.identity = identity;
  }

  /**
   * Listens on a free port.
   *
   * @param bindHost name or IP address of the local interface, as the other ranks reach it
   * @throws CommunicationException if the host is unknown or not local
   */
  public static RingListener open(String bindHost) {
    return open(bindHost, Optional.empty());
  }

  /**
   * Listens on a free port for a ring whose connections are TLS 1.3; all its ranks must ask for
   * that.
   *
   * @param bindHost name or IP address of the local interface, as the other ranks reach it
   * @param identity this rank's, which the others know by its fingerprint
   * @throws CommunicationException if the host is unknown or not local
   */
  public static RingListener openEncrypted(String bindHost, RingIdentity identity) {
    return open(bindHost, Optional.of(identity));
  }

  private static RingListener open(String bindHost, Optional<RingIdentity> identity) {
    ServerSocketChannel channel = null;
    try {
      channel = ServerSocketChannel.open();
      channel.setOption(StandardSocketOptions.SO_RCVBUF, RingSockets.BUFFER_BYTES);
      channel.bind(new InetSocketAddress(bindHost, 0), BACKLOG);
      channel.configureBlocking(false);
      int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
      String fingerprint = identity.map(RingIdentity::fingerprint).orElse("");
      return new RingListener(channel, new PeerAddress(bindHost, port, fingerprint), identity);
    } catch (IOException | UnresolvedAddressException e) {
      RingSockets.closeQuietly(channel);
      throw new CommunicationException("cannot listen on " + bindHost + ": " + e, e);
    }
  }

  /**
   * What the other ranks need to know: the host as given to {@link #open}, port and fingerprint.
   */
  public PeerAddress address() {
    return address;
  }

  Optional<RingIdentity> identity() {
    return identity;
  }

  ServerSocketChannel channel() {
    return channel;
  }

  /** Stops listening; needed only if {@link RingCommunicator#connect} is never called. */
  @Override
  public void close() {
    RingSockets.closeQuietly(channel);
  }
}
