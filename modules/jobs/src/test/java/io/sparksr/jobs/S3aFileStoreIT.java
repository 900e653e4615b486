package io.sparksr.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.SeekableInput;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What differs on an object store: folders are only prefixes, objects appear when closed. */
class S3aFileStoreIT {
  @TempDir private static Path root;
  private static S3Server server;
  private static HadoopFileStore files;
  private static String bucket;

  @BeforeAll
  static void startServer() throws IOException {
    server = S3Server.start(root);
    bucket = server.uri();
    Configuration configuration = new Configuration();
    server.settings().forEach(configuration::set);
    files = new HadoopFileStore(configuration);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @AfterEach
  void empty() {
    server.keys().forEach(server::delete);
  }

  @Test
  void aFolderIsThereAsLongAsAnObjectBelowItIs() throws IOException {
    server.put("a/b/c.txt", "c");
    FileEntry folder = files.status(bucket + "/a").orElseThrow();
    assertThat(folder.uri()).isEqualTo(bucket + "/a");
    assertThat(folder.directory()).isTrue();
    assertThat(files.list(bucket + "/a"))
        .extracting(FileEntry::uri, FileEntry::directory)
        .containsExactly(tuple(bucket + "/a/b", true));
    assertThat(files.list(bucket + "/a/b/"))
        .extracting(FileEntry::name, FileEntry::bytes)
        .containsExactly(tuple("c.txt", 1L));
    server.delete("a/b/c.txt");
    assertThat(files.exists(bucket + "/a")).isFalse();
    assertThatThrownBy(() -> files.list(bucket + "/a")).isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void whatWasNeverThereIsMissingWithoutAnError() throws IOException {
    assertThat(files.exists(bucket + "/nothing")).isFalse();
    assertThatThrownBy(() -> files.open(bucket + "/nothing"))
        .isInstanceOf(FileNotFoundException.class);
    files.delete(bucket + "/nothing");
    // A prefix that ends within a name is no folder.
    server.put("abc/d", "d");
    assertThat(files.exists(bucket + "/ab")).isFalse();
  }

  @Test
  void aMarkerAloneIsAnEmptyFolder() throws IOException {
    server.put("marked/", "");
    assertThat(files.status(bucket + "/marked").orElseThrow().directory()).isTrue();
    assertThat(files.list(bucket + "/marked")).isEmpty();
  }

  @Test
  void anObjectIsNoFolder() throws IOException {
    files.writeBytes(bucket + "/file", new byte[1]);
    assertThatThrownBy(() -> files.list(bucket + "/file"))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessage(bucket + "/file: is a file, not a folder");
  }

  @Test
  void theBucketItselfIsAFolderWithOrWithoutSlash() throws IOException {
    server.put("top.txt", "t");
    for (String uri : List.of(bucket, bucket + "/")) {
      assertThat(files.status(uri).orElseThrow().directory()).isTrue();
      assertThat(files.list(uri)).extracting(FileEntry::uri).containsExactly(bucket + "/top.txt");
    }
  }

  @Test
  void deletingAFolderTakesItsObjectsAndNoOthers() throws IOException {
    for (String key : List.of("gone/a", "gone/b/c", "gone/", "gone-not/a", "gonf")) {
      server.put(key, "x");
    }
    files.delete(bucket + "/gone");
    assertThat(server.keys()).containsExactly("gone-not/a", "gonf");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ä ö.txt", "100%25.txt", "a+b.txt", "a#b?c.txt", "a:b.txt", "a=b&c.txt"})
  void namesAreTakenLiterally(String name) throws IOException {
    files.writeBytes(bucket + "/names/" + name, name.getBytes(UTF_8));
    assertThat(server.keys()).containsExactly("names/" + name);
    FileEntry entry = files.list(bucket + "/names").get(0);
    assertThat(entry.uri()).isEqualTo(bucket + "/names/" + name);
    assertThat(files.readBytes(entry.uri())).isEqualTo(name.getBytes(UTF_8));
  }

  @Test
  void largeObjectsAreSoughtAndReadWhole() throws IOException {
    byte[] bytes = new byte[12 << 20];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i ^ i >> 8 ^ i >> 16);
    }
    files.writeBytes(bucket + "/large", bytes);
    assertThat(files.readBytes(bucket + "/large")).isEqualTo(bytes);
    try (SeekableInput in = files.open(bucket + "/large")) {
      assertThat(in.length()).isEqualTo(bytes.length);
      in.seek(bytes.length - 3);
      assertThat(in.readAllBytes()).hasSize(3);
      in.seek(5);
      assertThat(in.read()).isEqualTo(5);
    }
  }

  @Test
  void nothingIsThereBeforeAStreamIsClosed() throws IOException {
    try (OutputStream out = files.create(bucket + "/late")) {
      out.write(new byte[6 << 20]);
      assertThat(files.exists(bucket + "/late")).isFalse();
    }
    assertThat(files.status(bucket + "/late").orElseThrow().bytes()).isEqualTo(6 << 20);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 12 << 20})
  void aStreamThatFailsLeavesNothing(int bytes) throws IOException {
    // One object is uploaded by closing; of the other, the first part while it is being written.
    OutputStream out = files.create(bucket + "/half");
    server.deleteBucket();
    Throwable failure =
        catchThrowable(
            () -> {
              try (out) {
                out.write(new byte[bytes]);
              }
            });
    server.createBucket();
    assertThat(failure)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("bucket does not exist");
    assertThat(server.keys()).isEmpty();
    files.writeBytes(bucket + "/half", new byte[3]);
    assertThat(files.readBytes(bucket + "/half")).hasSize(3);
  }
}
