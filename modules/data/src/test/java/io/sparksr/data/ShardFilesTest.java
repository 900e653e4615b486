package io.sparksr.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.core.io.SeekableInput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardFilesTest {
  private final FileStore files = new LocalFileStore();
  @TempDir private Path folder;
  private String uri;

  @BeforeEach
  void setUri() {
    uri = folder.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "zstd"})
  void blocksHaveTheirRowCountAndRowsComeBackAsWritten(String compression) throws IOException {
    ShardEntry entry = Samples.shard(files, uri, 2, Samples.settings(3, compression), 0, 8);

    assertThat(entry.path()).isEqualTo("shards/shard-00002.parquet");
    assertThat(entry.rows()).isEqualTo(8);
    assertThat(entry.blocks()).containsExactly(3, 3, 2);
    assertThat(entry.bytes()).isEqualTo(Files.size(folder.resolve(entry.path())));
    try (ShardReader reader = ShardReader.open(files, uri, Samples.manifest(List.of(entry)), 0)) {
      // In any order.
      assertRows(reader.readBlock(2), 6, 8);
      assertRows(reader.readBlock(0), 0, 3);
      assertRows(reader.readBlock(1), 3, 6);
    }
    entry.verify(files, uri);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "zstd"})
  void equalRowsGiveEqualBytes(String compression) throws IOException {
    ShardSettings settings = Samples.settings(4, compression);
    ShardEntry first = Samples.shard(files, uri, 0, settings, 0, 10);
    ShardEntry second = Samples.shard(files, uri, 1, settings, 0, 10);
    assertThat(second.sha256()).isEqualTo(first.sha256());
    assertThat(second.bytes()).isEqualTo(first.bytes());
  }

  /** Fixed, because a difference between two processes shows in no single one of them. */
  @Test
  void theBytesAreTheSameInEveryProcess() throws IOException {
    ShardEntry entry = Samples.shard(files, uri, 0, Samples.settings(4, "none"), 0, 10);
    assertThat(entry.sha256())
        .isEqualTo("8fe902b7106bf4d4f3af5aae5163e79093943513619c06eee7a5df3ede4b3b22");
  }

  @Test
  void encodingsAreListedInOneOrderWhateverTheWriterDid() throws IOException {
    ShardEntry entry = Samples.shard(files, uri, 0, Samples.settings(4, "none"), 0, 10);
    byte[] file = Files.readAllBytes(folder.resolve(entry.path()));
    int length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 8);
    int start = file.length - 8 - length;
    FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(file, start, length));
    for (RowGroup group : footer.getRow_groups()) {
      for (ColumnChunk column : group.getColumns()) {
        assertThat(column.getMeta_data().getEncodings())
            .hasSizeGreaterThan(1)
            .isSortedAccordingTo(Comparator.comparingInt(Encoding::getValue));
        Collections.reverse(column.getMeta_data().getEncodings());
      }
    }
    ByteArrayOutputStream reversed = new ByteArrayOutputStream();
    reversed.writeBytes(new byte[] {1, 2, 3});
    Util.writeFileMetaData(footer, reversed);
    reversed.write(file, file.length - 8, 8);
    byte[] expected = Arrays.copyOfRange(file, start - 3, file.length);
    System.arraycopy(new byte[] {1, 2, 3}, 0, expected, 0, 3);
    assertThat(reversed.toByteArray()).isNotEqualTo(expected);
    assertThat(StableFooter.of(reversed.toByteArray())).isEqualTo(expected);
  }

  @Test
  void whiteImagesTakeNoMoreRoomThanOthers() throws IOException {
    ShardEntry noise = Samples.shard(files, uri, 0, Samples.settings(4, "none"), 0, 4);
    try (ShardWriter writer = ShardWriter.create(files, uri, 1, Samples.settings(4, "none"))) {
      for (int i = 0; i < 4; i++) {
        ShardRow row = Samples.row(i);
        Arrays.fill(row.hr(), 0, row.hr().length - 1, (byte) 255);
        Arrays.fill(row.lr(), 0, row.lr().length - 1, (byte) 255);
        writer.add(row);
      }
      assertThat(writer.finish().bytes()).isEqualTo(noise.bytes());
    }
  }

  @Test
  void aTableOfOtherColumnsIsRefused() throws IOException {
    TableFile index =
        IndexTables.writeImages(
            files, uri, 0, List.of(new IndexRow("a", "a", 1, 1, "png", "RGB", 1)));
    ShardEntry entry = new ShardEntry(index.path(), 1, index.bytes(), index.sha256(), List.of(1));
    assertThatThrownBy(() -> ShardReader.open(files, uri, Samples.manifest(List.of(entry)), 0))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(folder.resolve(index.path()) + ": has the columns [required ")
        .hasMessageContaining("which are not the expected.");
  }

  @Test
  void aShardThatIsNotFinishedIsRemoved() throws IOException {
    try (ShardWriter writer = ShardWriter.create(files, uri, 0, Samples.settings(1, "none"))) {
      writer.add(Samples.row(0));
    }
    assertThat(folder.resolve(ShardPlan.path(0))).doesNotExist();
  }

  @Test
  void readingABlockReadsNoByteOfTheOthersAndKeepsNoStreamOpen() throws IOException {
    ShardEntry entry = Samples.shard(files, uri, 0, Samples.settings(5, "none"), 0, 20);
    Watched watched = new Watched(files);
    try (ShardReader reader = ShardReader.open(watched, uri, Samples.manifest(List.of(entry)), 0)) {
      assertThat(watched.open).isZero();
      long end = 0;
      for (int block = 0; block < 4; block++) {
        watched.reads.clear();
        reader.readBlock(block);
        long from = watched.reads.stream().mapToLong(read -> read[0]).min().orElseThrow();
        long to = watched.reads.stream().mapToLong(read -> read[1]).max().orElseThrow();
        assertThat(from).isGreaterThanOrEqualTo(end);
        assertThat(to - from).isBetween(5 * 204L, 5 * 204L + 700);
        assertThat(watched.open).isZero();
        end = to;
      }
      assertThat(end).isLessThan(entry.bytes());
    }
  }

  @Test
  void aFileOfAnotherSizeIsRefusedWhenOpened() throws IOException {
    ShardManifest manifest = Samples.dataset(files, uri, 4, 8);
    Path file = folder.resolve(ShardPlan.path(0));
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> ShardReader.open(files, uri, manifest, 0))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "%s: has %d bytes where its manifest says %d. Run 'sparksr shard' again with this"
                + " folder as --output and --overwrite.",
            file, bytes.length - 1, bytes.length);
    Files.delete(file);
    assertThatThrownBy(() -> ShardDataset.open(files, uri).checkSizes())
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file + ": missing, although its manifest lists it. ");
  }

  @Test
  void aFlippedPixelIsNoticedByTheReaderAndByVerification() throws IOException {
    ShardManifest manifest = Samples.dataset(files, uri, 4, 8);
    Path file = folder.resolve(ShardPlan.path(0));
    byte[] bytes = Files.readAllBytes(file);
    byte[] hr = Samples.row(2).hr();
    bytes[new String(bytes, ISO_8859_1).indexOf(new String(hr, ISO_8859_1)) + 50] ^= 1;
    Files.write(file, bytes);
    try (ShardDataset dataset = ShardDataset.open(files, uri, manifest)) {
      assertThatThrownBy(() -> dataset.readBlock(0))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith(file + ": not readable as Parquet (");
      assertThatThrownBy(dataset::verify)
          .isInstanceOf(UserException.class)
          .hasMessageMatching(
              file
                  + ": has SHA-256 [0-9a-f]{64} where its manifest says "
                  + manifest.shards().get(0).sha256()
                  + "\\. Run 'sparksr shard' .*");
      assertRows(dataset.readBlock(1), 4, 8);
    }
  }

  @Test
  void blocksAreNumberedThroughAllShards() throws IOException {
    Samples.dataset(files, uri, 4, 6, 3, 9);
    try (ShardDataset dataset = ShardDataset.open(files, uri)) {
      assertThat(dataset.manifest().blockRows()).containsExactly(4, 2, 3, 4, 4, 1);
      assertRows(dataset.readBlock(5), 17, 18);
      assertRows(dataset.readBlock(2), 6, 9);
      assertRows(dataset.readBlock(0), 0, 4);
      assertRows(dataset.readBlock(1), 4, 6);
      assertThatThrownBy(() -> dataset.readBlock(6))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no block 6 among 6");
    }
  }

  @Test
  void aFolderWithoutManifestIsRefusedWithTheRemedy() {
    assertThatThrownBy(() -> ShardDataset.open(files, uri))
        .isInstanceOf(UserException.class)
        .hasMessage(
            uri
                + "/manifest.json: not found. The shards in "
                + uri
                + " are missing or incomplete: run 'sparksr shard' (again) with that as"
                + " --output.");
  }

  @Test
  void aManifestThatContradictsItselfIsRefused() throws IOException {
    Samples.dataset(files, uri, 4, 8);
    Path path = folder.resolve("manifest.json");
    Files.writeString(path, Files.readString(path).replaceFirst("\"rows\" : 8", "\"rows\" : 9"));
    assertThatThrownBy(() -> ShardManifest.read(files, uri))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(path + ": not a valid ShardManifest document (")
        .hasMessageContaining("shards of 8 rows do not make 9");
  }

  private static void assertRows(Block block, int from, int to) {
    assertThat(block.rows()).hasSize(to - from);
    for (int i = 0; i < to - from; i++) {
      assertThat(block.rows().get(i)).usingRecursiveComparison().isEqualTo(Samples.row(from + i));
    }
  }

  /** Records which byte ranges are read and how many streams are open. */
  private static final class Watched implements FileStore {
    private final FileStore files;
    private final List<long[]> reads = new ArrayList<>();
    private int open;

    Watched(FileStore files) {
      this.files = files;
    }

    @Override
    public SeekableInput open(String uri) throws IOException {
      SeekableInput in = files.open(uri);
      open++;
      return new SeekableInput() {
        @Override
        public long position() throws IOException {
          return in.position();
        }

        @Override
        public void seek(long offset) throws IOException {
          in.seek(offset);
        }

        @Override
        public long length() throws IOException {
          return in.length();
        }

        @Override
        public int read() throws IOException {
          reads.add(new long[] {position(), position() + 1});
          return in.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          reads.add(new long[] {position(), position() + length});
          return in.read(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
          open--;
          in.close();
        }
      };
    }

    @Override
    public OutputStream create(String uri) throws IOException {
      return files.create(uri);
    }

    @Override
    public Optional<FileEntry> status(String uri) throws IOException {
      return files.status(uri);
    }

    @Override
    public List<FileEntry> list(String uri) throws IOException {
      return files.list(uri);
    }

    @Override
    public void delete(String uri) throws IOException {
      files.delete(uri);
    }
  }
}
