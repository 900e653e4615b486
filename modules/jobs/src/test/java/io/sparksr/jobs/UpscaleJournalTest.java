package io.sparksr.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.LocalFileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpscaleJournalTest {
  @TempDir private Path folder;
  private final FileStore files = new LocalFileStore();

  @Test
  void whatIsFinishedIsOnDiskBeforeTheTaskEnds() throws IOException {
    try (UpscaleJournal journal = new UpscaleJournal(files, folder.toString(), "run-0-1")) {
      journal.add(entry(1));
      await().until(() -> read("run-0-").equals("[1]"));
      journal.add(entry(2));
      await().until(() -> read("run-0-").equals("[1, 2]"));
      assertThat(read("run-1-")).isEqualTo("[]");
    }
    assertThat(read("")).isEqualTo("[1, 2]");
    assertThat(parts()).hasSize(1);
  }

  @Test
  void aLineCutOffByAKillIsLeftOut() throws IOException {
    try (UpscaleJournal journal = new UpscaleJournal(files, folder.toString(), "run-0-1")) {
      journal.add(entry(1));
      journal.add(entry(2));
    }
    Path part = folder.resolve(UpscaleJournal.FOLDER).resolve(parts()[0]);
    byte[] bytes = Files.readAllBytes(part);
    Files.write(part, Arrays.copyOf(bytes, bytes.length - 9));
    assertThat(read("")).isEqualTo("[1]");
    Files.writeString(part, "", UTF_8);
    assertThat(read("")).isEqualTo("[]");
  }

  @Test
  void aJournalThatCannotBeWrittenFailsTheTask() throws IOException {
    Files.writeString(folder.resolve(UpscaleJournal.FOLDER), "in the way", UTF_8);
    UpscaleJournal journal = new UpscaleJournal(files, folder.toString(), "run-0-1");
    journal.add(entry(1));
    assertThatThrownBy(journal::close).isInstanceOf(IOException.class);
  }

  private String[] parts() {
    return folder.resolve(UpscaleJournal.FOLDER).toFile().list();
  }

  private String read(String prefix) throws IOException {
    return UpscaleJournal.read(files, folder.toString(), prefix).stream()
        .map(UpscaleManifest.Entry::width)
        .sorted()
        .toList()
        .toString();
  }

  private static UpscaleManifest.Entry entry(int number) {
    return new UpscaleManifest.Entry(
        "file:/a" + number,
        1,
        2,
        "",
        "a.png",
        number,
        1,
        3,
        "hash",
        4,
        UpscaleManifest.Status.DONE,
        "",
        "",
        "recipe");
  }
}
