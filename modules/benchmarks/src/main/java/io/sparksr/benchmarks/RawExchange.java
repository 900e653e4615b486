package io.sparksr.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Bytes to the next process and from the previous one over bare sockets on loopback, of which
 * nothing is computed: what no all-reduce over such sockets can beat by much.
 */
final class RawExchange implements AutoCloseable {
  private static final int SOCKET_BYTES = 4 << 20;
  private static final int BLOCK_BYTES = 128 << 10;

  private final SocketChannel in;
  private final SocketChannel out;
  private final ByteBuffer sendBuffer = ByteBuffer.allocateDirect(BLOCK_BYTES);
  private final ByteBuffer receiveBuffer = ByteBuffer.allocateDirect(BLOCK_BYTES);
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "writer");
            thread.setDaemon(true);
            return thread;
          });

  private RawExchange(SocketChannel in, SocketChannel out) {
    this.in = in;
    this.out = out;
  }

  /** A port to be connected to. */
  static ServerSocketChannel listen() throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    server.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BYTES);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return server;
  }

  /** Connects to the next process while the previous one connects here. */
  static RawExchange connect(ServerSocketChannel server, int nextPort) throws IOException {
    SocketChannel out = SocketChannel.open();
    out.setOption(StandardSocketOptions.TCP_NODELAY, true);
    out.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BYTES);
    out.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), nextPort));
    return new RawExchange(server.accept(), out);
  }

  /** As many bytes each way, by a thread that writes and one that reads. */
  void withTwoThreads(long bytes) throws Exception {
    in.configureBlocking(true);
    out.configureBlocking(true);
    Future<?> written =
        writer.submit(
            () -> {
              for (long left = bytes; left > 0; ) {
                left -= send(left);
              }
              return null;
            });
    for (long left = bytes; left > 0; ) {
      left -= receive(left);
    }
    written.get();
  }

  /** As many bytes each way, by one thread that never blocks. */
  void withOneThread(long bytes) throws IOException {
    in.configureBlocking(false);
    out.configureBlocking(false);
    try (Selector selector = Selector.open()) {
      SelectionKey inKey = in.register(selector, SelectionKey.OP_READ);
      SelectionKey outKey = out.register(selector, SelectionKey.OP_WRITE);
      long toSend = bytes;
      long toReceive = bytes;
      while (toSend > 0 || toReceive > 0) {
        int sent = toSend > 0 ? send(toSend) : 0;
        int received = toReceive > 0 ? receive(toReceive) : 0;
        toSend -= sent;
        toReceive -= received;
        if (sent == 0 && received == 0) {
          inKey.interestOps(toReceive > 0 ? SelectionKey.OP_READ : 0);
          outKey.interestOps(toSend > 0 ? SelectionKey.OP_WRITE : 0);
          selector.select();
          selector.selectedKeys().clear();
        }
      }
    }
  }

  private int send(long left) throws IOException {
    return out.write(sendBuffer.clear().limit((int) Math.min(left, BLOCK_BYTES)));
  }

  private int receive(long left) throws IOException {
    int count = in.read(receiveBuffer.clear().limit((int) Math.min(left, BLOCK_BYTES)));
    if (count < 0) {
      throw new IOException("the other side has gone");
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    writer.shutdownNow();
    in.close();
    out.close();
  }
}
