package io.sparksr.jobs;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file being written. If a write or the closing fails, closing removes what was written or, on an
 * object store, gives up the upload: no half-written file is left that could pass for a whole one.
 */
final class HadoopOutput extends OutputStream {
  private final FSDataOutputStream out;
  private final FileSystem fs;
  private final Path path;
  private boolean failed;
  private boolean closed;

  HadoopOutput(FSDataOutputStream out, FileSystem fs, Path path) {
    this.out = out;
    this.fs = fs;
    this.path = path;
  }

  @Override
  public void write(int value) throws IOException {
    guarded(() -> out.write(value));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    guarded(() -> out.write(bytes, offset, length));
  }

  @Override
  public void flush() throws IOException {
    guarded(out::flush);
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    if (failed && out.hasCapability(CommonPathCapabilities.ABORTABLE_STREAM)) {
      out.abort();
      return;
    }
    try {
      guarded(out::close);
    } catch (IOException | RuntimeException e) {
      remove(e);
      throw e;
    }
    if (failed) {
      fs.delete(path, false);
    }
  }

  /** The file system may well refuse this too; then the first failure is the one to tell. */
  private void remove(Exception failure) {
    try {
      fs.delete(path, false);
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private void guarded(Action action) throws IOException {
    boolean before = failed;
    failed = true;
    action.run();
    failed = before;
  }

  @FunctionalInterface
  private interface Action {
    void run() throws IOException;
  }
}
