package io.sparksr.jobs;

import io.sparksr.core.io.SeekableInput;
import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A file of any file system, open for reading. */
final class HadoopInput extends SeekableInput {
  private final FSDataInputStream in;
  private final FileSystem fs;
  private final Path path;

  HadoopInput(FSDataInputStream in, FileSystem fs, Path path) {
    this.in = in;
    this.fs = fs;
    this.path = path;
  }

  @Override
  public long position() throws IOException {
    return in.getPos();
  }

  @Override
  public void seek(long offset) throws IOException {
    in.seek(offset);
  }

  @Override
  public long length() throws IOException {
    return fs.getFileStatus(path).getLen();
  }

  @Override
  public int read() throws IOException {
    return in.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return in.read(bytes, offset, length);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
