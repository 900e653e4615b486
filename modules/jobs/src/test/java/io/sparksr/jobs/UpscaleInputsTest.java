package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.core.io.FileEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpscaleInputsTest {
  @TempDir private Path root;

  @Test
  void linksAreFollowedUnlessTheyTurnBack() throws IOException {
    Path photos = Files.createDirectories(root.resolve("photos/sub"));
    Path outside = Files.createDirectories(root.resolve("outside"));
    Files.write(photos.resolve("a.png"), new byte[3]);
    Files.write(outside.resolve("b.png"), new byte[4]);
    Files.createSymbolicLink(photos.resolve("up"), root.resolve("photos"));
    Files.createSymbolicLink(photos.resolve("out"), outside);
    HadoopFileStore files = new HadoopFileStore(new Configuration());
    FileEntry input = files.status(root + "/photos").orElseThrow();

    assertThat(UpscaleInputs.below(files, input).named(Map.of(), "png"))
        .extracting(UpscaleItem::output)
        .containsExactly("sub/a.png", "sub/out/b.png");
  }
}
