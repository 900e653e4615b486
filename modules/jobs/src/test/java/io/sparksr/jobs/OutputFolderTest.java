package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFolderTest {
  /** What every manifest has. */
  private record Manifest(String fingerprint) {}

  private final HadoopFileStore files = new HadoopFileStore(new Configuration());
  @TempDir private Path root;
  private Path folder;
  private OutputFolder output;

  @BeforeEach
  void makeFolder() {
    folder = root.resolve("out");
    output =
        new OutputFolder(files, folder.toString(), "manifest.json", "things", List.of("parts"));
  }

  @Test
  void aNewFolderIsMarkedUntilItIsComplete() throws IOException {
    assertThat(output.claim("f", Existing.KEEP)).isFalse();
    assertThat(folder.toFile().list()).containsExactly("_started.json");
    // As after a kill.
    assertThat(output.claim("f", Existing.KEEP)).isFalse();
    output.complete(new Manifest("f"));
    assertThat(folder.toFile().list()).containsExactly("manifest.json");
    assertThat(output.claim("f", Existing.KEEP)).isTrue();
  }

  @Test
  void anArtefactOfOtherSettingsIsRefused() throws IOException {
    output.claim("f", Existing.KEEP);
    output.complete(new Manifest("f"));
    assertThatThrownBy(() -> output.claim("g", Existing.KEEP))
        .isInstanceOf(UserException.class)
        .hasMessage(
            folder
                + ": holds things made with other settings or inputs. Choose another --output, or"
                + " add --overwrite to make it anew.");
  }

  @Test
  void whatWasBegunWithOtherSettingsIsBegunAnew() throws IOException {
    output.claim("f", Existing.KEEP);
    Files.createDirectory(folder.resolve("parts"));
    assertThat(output.claim("f", Existing.KEEP)).isFalse();
    assertThat(folder.resolve("parts")).exists();
    assertThat(output.claim("g", Existing.KEEP)).isFalse();
    assertThat(folder.resolve("parts")).doesNotExist();
    output.complete(new Manifest("g"));
    assertThat(output.claim("g", Existing.KEEP)).isTrue();
  }

  @Test
  void overwritingRemovesWhatTheJobMadeAndNothingElse() throws IOException {
    output.claim("f", Existing.KEEP);
    output.complete(new Manifest("f"));
    Files.createDirectory(folder.resolve("parts"));
    Files.writeString(folder.resolve("parts/0"), "0");
    Files.writeString(folder.resolve("notes.txt"), "mine");
    assertThat(output.claim("f", Existing.OVERWRITE)).isFalse();
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("_started.json", "notes.txt");
  }

  @Test
  void aFolderOfOtherFilesIsRefusedEvenWhenOverwriting() throws IOException {
    Files.createDirectory(folder);
    Files.writeString(folder.resolve("photo.jpg"), "mine");
    for (Existing existing : Existing.values()) {
      assertThatThrownBy(() -> output.claim("f", existing))
          .isInstanceOf(UserException.class)
          .hasMessage(
              folder
                  + ": is not empty and holds no manifest.json (but photo.jpg, for instance)."
                  + " Choose an empty or new folder as --output.");
    }
    assertThat(folder.toFile().list()).containsExactly("photo.jpg");
  }

  @Test
  void aFileIsRefused() throws IOException {
    Files.writeString(folder, "mine");
    assertThatThrownBy(() -> output.claim("f", Existing.KEEP))
        .isInstanceOf(UserException.class)
        .hasMessage(folder + ": is a file. Choose a folder as --output.");
  }
}
