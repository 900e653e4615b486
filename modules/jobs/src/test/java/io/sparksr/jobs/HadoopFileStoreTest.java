package io.sparksr.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.SeekableInput;
import io.sparksr.core.io.Uris;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HadoopFileStoreTest {
  @TempDir private Path folder;
  private HadoopFileStore files;

  @BeforeEach
  void makeStore() {
    Configuration configuration = new Configuration(false);
    configuration.set("fs.file.impl", "org.apache.hadoop.fs.LocalFileSystem");
    configuration.set("fs.failing.impl", FailingFileSystem.class.getName());
    files = new HadoopFileStore(configuration);
  }

  @AfterEach
  void stopFailing() {
    FailingFileSystem.failNever();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"plain.txt", "ä ö.txt", "100%25.txt", "a#b?c.txt", "a:b.txt", "[x]{y}*.txt"})
  void filesOfAnyNameAreWrittenListedAndRead(String name) throws IOException {
    files.writeBytes(folder + "/sub/" + name, name.getBytes(UTF_8));

    assertThat(Files.readString(folder.resolve("sub").resolve(name))).isEqualTo(name);
    List<FileEntry> entries = files.list(folder + "/sub");
    // No checksum file beside it.
    assertThat(entries).hasSize(1);
    FileEntry entry = entries.get(0);
    assertThat(entry.name()).isEqualTo(name);
    assertThat(entry.uri()).isEqualTo("file:" + folder + "/sub/" + name);
    assertThat(entry.bytes()).isEqualTo(name.getBytes(UTF_8).length);
    assertThat(entry.directory()).isFalse();
    assertThat(files.readBytes(entry.uri())).isEqualTo(name.getBytes(UTF_8));
    assertThat(files.status(entry.uri())).contains(entry);
    assertThat(Uris.child("file:" + folder + "/sub", entry.name())).isEqualTo(entry.uri());
    files.delete(entry.uri());
    assertThat(files.list(folder + "/sub")).isEmpty();
  }

  @Test
  void aPipeIsRefusedInsteadOfWaitedFor() throws IOException, InterruptedException {
    String pipe = folder + "/pipe";
    assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
    for (ThrowingCallable open :
        List.<ThrowingCallable>of(
            () -> files.open(pipe), () -> files.open(pipe, 0), () -> files.readBytes(pipe))) {
      assertTimeoutPreemptively(
          Duration.ofSeconds(10),
          () ->
              assertThatThrownBy(open)
                  .isInstanceOf(IOException.class)
                  .hasMessage(pipe + " (is a pipe, socket or device)"));
    }
  }

  @Test
  void linksToAFolderAboveAreLoopsAndOthersAreNot() throws IOException {
    Path a = Files.createDirectories(folder.resolve("real/a"));
    Path b = Files.createDirectories(folder.resolve("real/b"));
    Files.createSymbolicLink(a.resolve("self"), Path.of("."));
    Files.createSymbolicLink(a.resolve("up"), folder.resolve("real"));
    Files.createSymbolicLink(a.resolve("disk"), Path.of("/"));
    Files.createSymbolicLink(a.resolve("side"), b);
    Files.createSymbolicLink(b.resolve("back"), a);
    Files.createSymbolicLink(folder.resolve("alias"), folder.resolve("real"));
    String uri = "file:" + folder;
    for (String loop : List.of("real/a/self", "real/a/up", "real/a/disk", "real/a/side/back")) {
      assertThat(files.loops(uri + "/" + loop)).as(loop).isTrue();
    }
    // Through another path to it.
    assertThat(files.loops(uri + "/alias/a/up")).isTrue();
    for (String other : List.of("real", "real/a/side", "real/b/back", "alias", "alias/b/back")) {
      assertThat(files.loops(uri + "/" + other)).as(other).isFalse();
    }
  }

  @Test
  void writingReplacesAndDeletingTakesFoldersWhole() throws IOException {
    files.writeBytes(folder + "/a/b/c", new byte[10]);
    files.writeBytes(folder + "/a/b/c", new byte[3]);
    assertThat(files.readBytes(folder + "/a/b/c")).hasSize(3);
    files.delete(folder + "/a");
    assertThat(files.status(folder + "/a")).isEmpty();
    files.delete(folder + "/a");
  }

  @Test
  void foldersAreListedByName() throws IOException {
    for (String name : List.of("c", "a", "b/x")) {
      files.writeBytes(folder + "/" + name, new byte[1]);
    }
    assertThat(files.list(folder.toString()))
        .extracting(FileEntry::name)
        .containsExactly("a", "b", "c");
    assertThat(files.list(folder.toString()))
        .extracting(FileEntry::directory)
        .containsExactly(false, true, false);
  }

  @Test
  void inputsSeek() throws IOException {
    files.writeBytes(folder + "/a", new byte[] {0, 1, 2, 3, 4});
    try (SeekableInput in = files.open(folder + "/a")) {
      in.seek(3);
      assertThat(in.read()).isEqualTo(3);
      assertThat(in.position()).isEqualTo(4);
      in.seek(1);
      assertThat(in.readAllBytes()).containsExactly(1, 2, 3, 4);
      assertThat(in.length()).isEqualTo(5);
    }
  }

  @Test
  void whatIsMissingIsSaidSo() throws IOException {
    files.writeBytes(folder + "/a", new byte[1]);
    assertThat(files.status(folder + "/b")).isEmpty();
    assertThatThrownBy(() -> files.open(folder + "/b")).isInstanceOf(FileNotFoundException.class);
    assertThatThrownBy(() -> files.list(folder + "/b")).isInstanceOf(FileNotFoundException.class);
    assertThatThrownBy(() -> files.list(folder + "/a"))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessage(folder + "/a: is a file, not a folder");
  }

  @Test
  void anUnknownSchemeIsTheUsersToMend() {
    assertThatThrownBy(() -> files.status("s4://bucket/a"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "s4://bucket/a: Hadoop knows no file system for this scheme. Use file, hdfs or s3a, or"
                + " add the file system's jar.");
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 10_000})
  void aFileThatFailsWhileWrittenOrClosedIsRemoved(int bytes) throws IOException {
    FailingFileSystem.failOn("half");
    String uri = "failing://" + folder + "/half";
    assertThatThrownBy(
            () -> {
              try (OutputStream out = files.create(uri)) {
                // Little is buffered until the end; much is written through.
                out.write(new byte[bytes]);
                out.write(new byte[bytes]);
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessage("the disk is full");
    assertThat(folder).isEmptyDirectory();
    FailingFileSystem.failNever();
    files.writeBytes(uri, new byte[200]);
    assertThat(folder.resolve("half")).hasSize(200);
  }

  @Test
  void filesOfBundledModelsAreReadLikeOthers() throws IOException {
    String uri = BundledModels.DEFAULT + "/model.json";
    byte[] content = files.readBytes(uri);

    assertThat(new String(content, UTF_8)).contains("\"network\" : \"msrresnet\"");
    assertThat(files.status(uri)).map(FileEntry::bytes).contains((long) content.length);
    assertThat(files.status(uri)).map(FileEntry::name).contains("model.json");
    try (SeekableInput in = files.open(uri)) {
      in.seek(content.length - 2);
      assertThat(in.readNBytes(5))
          .containsExactly(content[content.length - 2], content[content.length - 1]);
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bundled:other/model.json",
        "bundled:msrresnet/../msrresnet/model.json",
        "bundled:"
      })
  void whatIsNotBundledIsNotThere(String uri) throws IOException {
    assertThat(files.exists(uri)).isFalse();
    assertThatThrownBy(() -> files.open(uri))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining(uri);
  }
}
