package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.LocalFileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LateCopyTest {
  private static final FileStore STORE = new LocalFileStore();

  @TempDir private Path folder;

  @Test
  void onlyWhatACompleteManifestDoesNotNameIsWithdrawn() throws IOException {
    Path counts = Files.write(folder.resolve("a"), new byte[1]);
    Path copy = Files.write(folder.resolve("a-retry-0-1"), new byte[1]);
    assertThat(withdraw("a-retry-0-1")).isFalse();
    assertThat(copy).exists();

    Files.write(folder.resolve("manifest.json"), new byte[1]);
    assertThat(withdraw("a")).isTrue();
    assertThat(withdraw("a-retry-0-1")).isTrue();
    assertThat(counts).exists();
    assertThat(copy).doesNotExist();
  }

  private boolean withdraw(String path) throws IOException {
    return LateCopy.withdraw(STORE, folder.toString(), "manifest.json", path, () -> List.of("a"));
  }
}
