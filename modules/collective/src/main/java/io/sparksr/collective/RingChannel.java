package io.sparksr.collective;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection of the ring, in the clear or encrypted, that never blocks. */
interface RingChannel extends Closeable {

  /** In the clear. */
  static RingChannel plain(SocketChannel socket) {
    return new PlainChannel(socket);
  }

  /** What to wait on; nobody else reads or writes it. */
  SocketChannel socket();

  /**
   * Goes on setting the connection up; nothing may be read or written before.
   *
   * @return whether it is set up
   */
  boolean handshake() throws IOException;

  /** Reads what is there; -1 at the end, 0 only if nothing can be had without the socket. */
  int read(ByteBuffer target) throws IOException;

  /** Takes what fits, and returns how many bytes went out. */
  int write(ByteBuffer source) throws IOException;

  /**
   * Whether all that {@link #write} took has gone out; writing, even of nothing, goes on with it.
   */
  boolean flushed();

  /** Ends this direction, as far as that needs no waiting. */
  void shutdownOutput() throws IOException;

  @Override
  default void close() throws IOException {
    socket().close();
  }

  /** A bare socket. */
  record PlainChannel(SocketChannel socket) implements RingChannel {
    @Override
    public boolean handshake() {
      return true;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return socket.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      return socket.write(source);
    }

    @Override
    public boolean flushed() {
      return true;
    }

    @Override
    public void shutdownOutput() throws IOException {
      socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
