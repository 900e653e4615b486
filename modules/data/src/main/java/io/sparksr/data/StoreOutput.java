package io.sparksr.data;

import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Sha256;
import java.io.BufferedOutputStream;
import java.io.IOException;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** A file of a store as Parquet writes it, digested on the way. One stream per instance. */
final class StoreOutput implements OutputFile {
  private static final int BUFFER_BYTES = 1 << 16;

  private final String uri;
  private final Sha256.Output out;

  StoreOutput(FileStore files, String uri) throws IOException {
    this.uri = uri;
    this.out = Sha256.output(new BufferedOutputStream(files.create(uri), BUFFER_BYTES));
  }

  /** Size and checksum, complete once the stream is closed. */
  Sha256.Output digest() {
    return out;
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) {
    return createOrOverwrite(blockSizeHint);
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) {
    return new Position(out);
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

  private static final class Position extends PositionOutputStream {
    private final Sha256.Output out;

    Position(Sha256.Output out) {
      this.out = out;
    }

    @Override
    public long getPos() {
      return out.bytes();
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
    }

    @Override
    public void write(byte[] data, int offset, int length) throws IOException {
      out.write(data, offset, length);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
