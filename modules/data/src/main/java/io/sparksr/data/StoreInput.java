package io.sparksr.data;

import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.SeekableInput;
import java.io.IOException;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/**
 * A file of a store as Parquet reads it. {@link #release()} gives back the connection or file
 * handle between two reads: a loader holds the footers of many shards, and stores limit how many
 * streams may be open.
 */
final class StoreInput implements InputFile {
  private final long length;
  private final Reopening stream;

  StoreInput(FileStore files, String uri, long length) {
    this.length = length;
    this.stream = new Reopening(files, uri, length);
  }

  void release() throws IOException {
    stream.close();
  }

  @Override
  public long getLength() {
    return length;
  }

  @Override
  public SeekableInputStream newStream() {
    return new DelegatingSeekableInputStream(stream) {
      @Override
      public long getPos() {
        return stream.position();
      }

      @Override
      public void seek(long offset) {
        stream.seek(offset);
      }
    };
  }

  /** Opens the file when it is first read, and again after every close. */
  private static final class Reopening extends SeekableInput {
    private final FileStore files;
    private final String uri;
    private final long length;
    private SeekableInput open;
    private long position;

    Reopening(FileStore files, String uri, long length) {
      this.files = files;
      this.uri = uri;
      this.length = length;
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void seek(long offset) {
      position = offset;
    }

    @Override
    public long length() {
      return length;
    }

    @Override
    public int read() throws IOException {
      int value = at().read();
      if (value >= 0) {
        position++;
      }
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      int n = at().read(bytes, offset, count);
      if (n > 0) {
        position += n;
      }
      return n;
    }

    @Override
    public void close() throws IOException {
      SeekableInput closing = open;
      open = null;
      if (closing != null) {
        closing.close();
      }
    }

    private SeekableInput at() throws IOException {
      if (open == null) {
        open = files.open(uri);
      }
      if (open.position() != position) {
        open.seek(position);
      }
      return open;
    }
  }
}
