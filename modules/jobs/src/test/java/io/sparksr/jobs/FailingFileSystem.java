package io.sparksr.jobs;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/** The local disk as {@code failing:///}, which refuses to write past a given file. */
public final class FailingFileSystem extends RawLocalFileSystem {
  /** Writing a file whose path ends with this fails after 100 bytes. */
  private static volatile String failOn = "";

  private static volatile boolean once;

  static void failOn(String pathEnd) {
    failOn = pathEnd;
  }

  /** Only the first attempt to write that file fails. */
  static void failOnceOn(String pathEnd) {
    failOn = pathEnd;
    once = true;
  }

  static void failNever() {
    failOn = "";
    once = false;
  }

  @Override
  public void initialize(URI uri, Configuration configuration) throws IOException {
    super.initialize(uri, configuration);
    setConf(configuration);
  }

  @Override
  public URI getUri() {
    return URI.create("failing:///");
  }

  @Override
  public String getScheme() {
    return "failing";
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    FSDataOutputStream out =
        super.create(path, overwrite, bufferSize, replication, blockSize, progress);
    String pathEnd = failOn;
    if (pathEnd.isEmpty() || !path.toString().endsWith(pathEnd)) {
      return out;
    }
    if (once) {
      failNever();
    }
    return new FSDataOutputStream(new BufferedOutputStream(new Limited(out)), null);
  }

  private static final class Limited extends OutputStream {
    private final OutputStream out;
    private int left = 100;

    Limited(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
      if (left-- == 0) {
        throw new IOException("the disk is full");
      }
      out.write(value);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
