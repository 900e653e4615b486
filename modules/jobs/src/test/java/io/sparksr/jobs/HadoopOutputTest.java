package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopOutputTest {
  @TempDir private Path folder;
  private Path file;

  /** What a client library may throw instead of an {@link IOException}. */
  private static final class Broken extends OutputStream {
    @Override
    public void write(int value) {
      throw new IllegalStateException("connection pool shut down");
    }
  }

  private static final class Keeping extends RawLocalFileSystem {
    @Override
    public boolean delete(org.apache.hadoop.fs.Path path, boolean recursive) throws IOException {
      throw new IOException("no right to delete");
    }
  }

  @BeforeEach
  void writeHalf() throws IOException {
    file = Files.writeString(folder.resolve("half"), "half");
  }

  @Test
  void aFileWhoseWritingFailedInAnyWayIsRemoved() throws IOException {
    HadoopOutput out = output(new RawLocalFileSystem(), new Broken());
    assertThatThrownBy(() -> out.write(new byte[9]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("connection pool shut down");
    out.close();
    assertThat(file).doesNotExist();
  }

  @Test
  void aFileThatWasWrittenStays() throws IOException {
    HadoopOutput out = output(new RawLocalFileSystem(), OutputStream.nullOutputStream());
    out.write(new byte[9]);
    out.close();
    out.close();
    assertThat(file).exists();
  }

  @Test
  void theFirstFailureIsToldWhereRemovingFailsToo() throws IOException {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int value) {}

          @Override
          public void close() throws IOException {
            throw new IOException("the disk is full");
          }
        };
    HadoopOutput out = output(new Keeping(), full);
    out.write(1);
    assertThatThrownBy(out::close)
        .isInstanceOf(IOException.class)
        .hasMessage("the disk is full")
        .hasSuppressedException(new IOException("no right to delete"));
  }

  private HadoopOutput output(RawLocalFileSystem fs, OutputStream out) throws IOException {
    fs.initialize(folder.toUri(), new Configuration(false));
    return new HadoopOutput(
        new FSDataOutputStream(out, null), fs, new org.apache.hadoop.fs.Path(file.toString()));
  }
}
