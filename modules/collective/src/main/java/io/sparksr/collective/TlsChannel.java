package io.sparksr.collective;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS over a socket that never blocks, by the JDK's engine. One thread reads and writes; closing
 * may come from another.
 */
final class TlsChannel implements RingChannel {
  /** Records that go out with one write, and come in with one read: a frame and its header. */
  private static final int RECORDS = 9;

  private static final Logger LOG = LoggerFactory.getLogger(TlsChannel.class);

  private final SocketChannel socket;
  private final SSLEngine engine;
  private final int recordBytes;

  /** From the socket, not yet decrypted: from position to limit. */
  private ByteBuffer received;

  /** Encrypted, not yet in the socket: from position to limit. */
  private ByteBuffer staged;

  /** Decrypted, but more than the last reader had room for: from position to limit. */
  private final ByteBuffer left;

  private boolean established;

  /** Nothing is sent or read yet. */
  TlsChannel(SocketChannel socket, SSLEngine engine) {
    this.socket = socket;
    this.engine = engine;
    this.recordBytes = engine.getSession().getPacketBufferSize();
    this.received = ByteBuffer.allocate(recordBytes).limit(0);
    this.staged = ByteBuffer.allocate(recordBytes).limit(0);
    this.left = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
  }

  @Override
  public SocketChannel socket() {
    return socket;
  }

  @Override
  public synchronized boolean handshake() throws IOException {
    if (established) {
      return true;
    }
    try {
      if (engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING) {
        engine.beginHandshake();
      }
      while (engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
        if (!step()) {
          return false;
        }
      }
    } catch (SSLException e) {
      tell();
      throw e;
    }
    established = true;
    // Strangers never come here, so they cost little memory.
    received = ByteBuffer.allocate(RECORDS * recordBytes).put(received).flip();
    staged = ByteBuffer.allocate(RECORDS * recordBytes).put(staged).flip();
    return true;
  }

  /** One move of the handshake, or false if the other side's is awaited. */
  private boolean step() throws IOException {
    switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> runTasks();
      case NEED_WRAP -> {
        stage(ByteBuffer.allocate(0));
        flush();
      }
      default -> {
        left.compact();
        SSLEngineResult result = engine.unwrap(received, left);
        left.flip();
        if (result.getStatus() == Status.CLOSED) {
          throw new EOFException("it closed the connection");
        }
        return result.getStatus() != Status.BUFFER_UNDERFLOW || fetch();
      }
    }
    return true;
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask(); task != null; ) {
      task.run();
      task = engine.getDelegatedTask();
    }
  }

  /** More bytes from the socket, or false if there are none now. */
  private boolean fetch() throws IOException {
    received.compact();
    int count = socket.read(received);
    received.flip();
    if (count < 0) {
      throw new EOFException("it closed the connection");
    }
    return count > 0;
  }

  @Override
  public synchronized int read(ByteBuffer target) throws IOException {
    flushQuietly();
    int start = target.position();
    boolean more = true;
    while (more && target.hasRemaining()) {
      if (left.hasRemaining()) {
        int count = Math.min(left.remaining(), target.remaining());
        target.put(left.slice().limit(count));
        left.position(left.position() + count);
      } else {
        more = decrypt(target);
      }
    }
    int count = target.position() - start;
    return count > 0 || !engine.isInboundDone() ? count : -1;
  }

  /** One record; whether there may be more. */
  private boolean decrypt(ByteBuffer target) throws IOException {
    try {
      SSLEngineResult result = engine.unwrap(received, target);
      if (result.getStatus() == Status.BUFFER_OVERFLOW) {
        result = engine.unwrap(received, left.clear());
        left.flip();
      }
      if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
        runTasks();
      }
      if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && flushed()) {
        stage(ByteBuffer.allocate(0)); // new keys, or goodbye
        flushQuietly();
      }
      return result.getStatus() == Status.OK
          || (result.getStatus() == Status.BUFFER_UNDERFLOW && fetchOrEnd());
    } catch (SSLException e) {
      tell();
      throw e;
    }
  }

  private boolean fetchOrEnd() throws IOException {
    try {
      return fetch();
    } catch (EOFException e) {
      try {
        engine.closeInbound();
      } catch (SSLException expected) {
        // The other side did not say goodbye: frames tell whether anything is missing.
      }
      return false;
    }
  }

  @Override
  public synchronized int write(ByteBuffer source) throws IOException {
    int sent = flush();
    if (flushed()) {
      staged.clear();
      try {
        while (encrypt(source)) {
          // goes on until all is encrypted, or no other record fits
        }
      } finally {
        staged.flip();
      }
      sent += flush();
    }
    return sent;
  }

  /** One record behind those already staged; whether there may be more. */
  private boolean encrypt(ByteBuffer source) throws SSLException {
    boolean owed = engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
    if (!source.hasRemaining() && !owed) {
      return false;
    }
    SSLEngineResult result = engine.wrap(source, staged);
    if (result.getStatus() == Status.CLOSED) {
      throw new SSLException("the connection is closed");
    }
    return result.getStatus() == Status.OK;
  }

  /** One record behind those not yet sent, which have been few so far. */
  private void stage(ByteBuffer source) throws SSLException {
    staged.compact();
    try {
      engine.wrap(source, staged);
    } finally {
      staged.flip();
    }
  }

  /** What reading made the engine say; if it can't be sent, the other side's last words matter. */
  private void flushQuietly() {
    try {
      flush();
    } catch (IOException e) {
      LOG.debug("the connection takes nothing more", e);
    }
  }

  private int flush() throws IOException {
    return staged.hasRemaining() ? socket.write(staged) : 0;
  }

  /** Lets the other side know why the engine has given up. */
  private void tell() throws SSLException {
    if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      stage(ByteBuffer.allocate(0));
      flushQuietly();
    }
  }

  @Override
  public synchronized boolean flushed() {
    return !staged.hasRemaining();
  }

  @Override
  public synchronized void shutdownOutput() throws IOException {
    flush();
    if (established && flushed()) {
      engine.closeOutbound();
      stage(ByteBuffer.allocate(0));
      flush();
    }
    socket.shutdownOutput();
  }
}
