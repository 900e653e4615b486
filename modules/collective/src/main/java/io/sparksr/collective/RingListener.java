package io.sparksr.collective;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;

/**
 * The open port of a rank that is about to join a ring. Opened before the ranks exchange their
 * addresses; nothing that connects is heard until {@link RingCommunicator#connect} takes the
 * listener over and closes it.
 */
public final class RingListener implements Closeable {
  private static final int BACKLOG = 128;

  private final ServerSocketChannel channel;
  private final PeerAddress address;

  private RingListener(ServerSocketChannel channel, PeerAddress address) {
    this.channel = channel;
    this.address = address;
  }

  /**
   * Listens on a free port.
   *
   * @param bindHost name or IP address of the local interface, as the other ranks reach it
   * @throws CommunicationException if the host is unknown or not local
   */
  public static RingListener open(String bindHost) {
    ServerSocketChannel channel = null;
    try {
      channel = ServerSocketChannel.open();
      channel.setOption(StandardSocketOptions.SO_RCVBUF, RingSockets.BUFFER_BYTES);
      channel.bind(new InetSocketAddress(bindHost, 0), BACKLOG);
      channel.configureBlocking(false);
      int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
      return new RingListener(channel, new PeerAddress(bindHost, port));
    } catch (IOException | UnresolvedAddressException e) {
      RingSockets.closeQuietly(channel);
      throw new CommunicationException("cannot listen on " + bindHost + ": " + e, e);
    }
  }

  /** What the other ranks need to know: the host as given to {@link #open}, and the port. */
  public PeerAddress address() {
    return address;
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
