package io.sparksr.collective;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the ring's sockets are set up and put away. */
final class RingSockets {
  /** Kernel buffers per direction; the kernel may cut it down. */
  static final int BUFFER_BYTES = 4 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(RingSockets.class);

  private RingSockets() {}

  /** Without delay, without blocking; large buffers must be asked for before connecting. */
  static SocketChannel configure(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
    channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
    return channel;
  }

  /** Closes what may be null; a failure to close changes nothing for the caller. */
  static void closeQuietly(Closeable resource) {
    if (resource == null) {
      return;
    }
    try {
      resource.close();
    } catch (IOException e) {
      LOG.debug("closing failed", e);
    }
  }
}
