package io.sparksr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.Provenance;
import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.LocalFileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexTablesTest {
  private static final List<IndexRow> IMAGES =
      List.of(
          new IndexRow("s3a://b/ä %20#.jpg", "ä %20#.jpg", 640, 427, "jpeg", "RGB", 1L << 40),
          new IndexRow("/data/b.png", "b.png", 100, 100, "png", "I;16", 0));
  private static final List<RejectedRow> REJECTED =
      List.of(new RejectedRow("/data/c.txt", "c.txt", "not-an-image", "begins with \"abc\""));

  private final FileStore files = new LocalFileStore();
  @TempDir private Path folder;

  @Test
  void rowsComeBackAsWritten() throws IOException {
    TableFile images = IndexTables.writeImages(files, folder.toString(), 3, IMAGES);
    TableFile rejected = IndexTables.writeRejected(files, folder.toString(), 0, REJECTED);

    assertThat(images.path()).isEqualTo("images/part-00003.parquet");
    assertThat(images.rows()).isEqualTo(2);
    assertThat(images.bytes()).isEqualTo(Files.size(folder.resolve(images.path())));
    assertThat(rejected.path()).isEqualTo("rejected/part-00000.parquet");
    assertThat(IndexTables.readImages(files, folder.toString(), images)).isEqualTo(IMAGES);
    assertThat(IndexTables.readRejected(files, folder.toString(), rejected)).isEqualTo(REJECTED);
  }

  @Test
  void equalRowsGiveEqualBytes() throws IOException {
    TableFile first = IndexTables.writeImages(files, folder.toString(), 0, IMAGES);
    TableFile second = IndexTables.writeImages(files, folder.toString(), 1, IMAGES);
    assertThat(second.sha256()).isEqualTo(first.sha256());
  }

  @Test
  void aChangedFileIsRefused() throws IOException {
    TableFile file = IndexTables.writeImages(files, folder.toString(), 0, IMAGES);
    Path path = folder.resolve(file.path());
    IndexTables.writeImages(files, folder.toString(), 1, List.of(IMAGES.get(1), IMAGES.get(0)));
    Files.copy(
        folder.resolve("images/part-00001.parquet"), path, StandardCopyOption.REPLACE_EXISTING);
    TableFile sameSize = new TableFile(file.path(), file.rows(), Files.size(path), file.sha256());
    assertThatThrownBy(() -> IndexTables.readImages(files, folder.toString(), sameSize))
        .isInstanceOf(UserException.class)
        .hasMessage(
            path
                + ": does not have the checksum in its manifest. Run 'sparksr index' again with"
                + " this folder as --output and --overwrite.");
    Files.delete(path);
    assertThatThrownBy(() -> IndexTables.readImages(files, folder.toString(), file))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(path + ": missing, although its manifest lists it. ");
  }

  @Test
  void theManifestTellsImagesFromRejected() throws IOException {
    TableFile images = IndexTables.writeImages(files, folder.toString(), 0, IMAGES);
    TableFile rejected = IndexTables.writeRejected(files, folder.toString(), 0, REJECTED);
    IndexManifest manifest =
        new IndexManifest(
            List.of("/data"),
            new IndexManifest.Counts(2, Map.of("not-an-image", 1L, "empty", 4L)),
            List.of(images, rejected),
            "fingerprint",
            new Provenance("1", "index", "2026-01-01T00:00:00Z", Map.of(), "index {}"));
    files.writeBytes(folder + "/index.json", JsonCodec.document(manifest));

    IndexManifest read = IndexManifest.read(files, folder.toString());
    assertThat(read).isEqualTo(manifest);
    assertThat(read.imageFiles()).containsExactly(images);
    assertThat(read.rejectedFiles()).containsExactly(rejected);
    assertThat(read.counts().rejectedTotal()).isEqualTo(5);
    assertThat(read.counts().rejected().keySet()).containsExactly("empty", "not-an-image");
  }

  @Test
  void aMissingManifestIsTheUsersToMend() {
    assertThatThrownBy(() -> IndexManifest.read(files, folder.toString()))
        .isInstanceOf(UserException.class)
        .hasMessage(
            folder
                + "/index.json: not found. The index is missing or incomplete: run 'sparksr index'"
                + " with --output "
                + folder);
  }
}
