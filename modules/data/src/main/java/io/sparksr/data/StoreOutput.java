package io.sparksr.data;

import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Sha256;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** A file of a store as Parquet writes it, digested on the way. One stream per instance. */
final class StoreOutput implements OutputFile {
  private static final int BUFFER_BYTES = 1 << 16;

  private final String uri;
  private final Sha256.Output out;
  private final ByteArrayOutputStream end = new ByteArrayOutputStream();
  private boolean isHeldBack;

  StoreOutput(FileStore files, String uri) throws IOException {
    this.uri = uri;
    this.out = Sha256.output(new BufferedOutputStream(files.create(uri), BUFFER_BYTES));
  }

  /** Size and checksum, complete once the stream is closed. */
  Sha256.Output digest() {
    return out;
  }

  /** Keeps in memory what is written from now on, the stream's end included. */
  void holdBack() {
    isHeldBack = true;
  }

  /** What was kept. */
  byte[] heldBack() {
    return end.toByteArray();
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) {
    return createOrOverwrite(blockSizeHint);
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) {
    return new Position();
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  @Override
  public String getPath() {
    return uri;
  }

  private final class Position extends PositionOutputStream {
    private OutputStream target() {
      return isHeldBack ? end : out;
    }

    @Override
    public long getPos() {
      return out.bytes() + end.size();
    }

    @Override
    public void write(int value) throws IOException {
      target().write(value);
    }

    @Override
    public void write(byte[] data, int offset, int length) throws IOException {
      target().write(data, offset, length);
    }

    @Override
    public void flush() throws IOException {
      target().flush();
    }

    @Override
    public void close() throws IOException {
      target().close();
    }
  }
}
