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

  static void failOn(String pathEnd) {
    failOn = pathEnd;
  }

  static void failNever() {
    failOn = "";
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
    return pathEnd.isEmpty() || !path.toString().endsWith(pathEnd)
        ? out
        : new FSDataOutputStream(new BufferedOutputStream(new Limited(out)), null);
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
