package io.sparksr.data;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Sha256;
import io.sparksr.core.io.Uris;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The Parquet files of an index. Equal rows give equal bytes. */
public final class IndexTables {
  static final String IMAGES = "images/";
  static final String REJECTED = "rejected/";

  private static final int ROW_GROUP_ROWS = 50_000;

  private IndexTables() {}

  /** As the first attempt; see the other method. */
  public static TableFile writeImages(
      FileStore files, String indexUri, int part, List<IndexRow> rows) throws IOException {
    return writeImages(files, indexUri, part, Attempt.FIRST, rows);
  }

  /** Writes part {@code part} of the accepted images in the given order. */
  public static TableFile writeImages(
      FileStore files, String indexUri, int part, Attempt attempt, List<IndexRow> rows)
      throws IOException {
    return write(files, indexUri, path(IMAGES, part, attempt), RowFormats.INDEX, rows);
  }

  /** As the first attempt; see the other method. */
  public static TableFile writeRejected(
      FileStore files, String indexUri, int part, List<RejectedRow> rows) throws IOException {
    return writeRejected(files, indexUri, part, Attempt.FIRST, rows);
  }

  /** Writes part {@code part} of the rejected inputs in the given order. */
  public static TableFile writeRejected(
      FileStore files, String indexUri, int part, Attempt attempt, List<RejectedRow> rows)
      throws IOException {
    return write(files, indexUri, path(REJECTED, part, attempt), RowFormats.REJECTED, rows);
  }

  /**
   * Reads one file of {@link IndexManifest#imageFiles()}.
   *
   * @throws UserException (input) if its size or checksum is not the manifest's
   */
  public static List<IndexRow> readImages(FileStore files, String indexUri, TableFile file)
      throws IOException {
    return read(files, indexUri, file, RowFormats.INDEX);
  }

  /**
   * Reads one file of {@link IndexManifest#rejectedFiles()}.
   *
   * @throws UserException (input) if its size or checksum is not the manifest's
   */
  public static List<RejectedRow> readRejected(FileStore files, String indexUri, TableFile file)
      throws IOException {
    return read(files, indexUri, file, RowFormats.REJECTED);
  }

  private static String path(String folder, int part, Attempt attempt) {
    return folder + String.format(Locale.ROOT, "part-%05d%s.parquet", part, attempt.suffix());
  }

  private static <T> TableFile write(
      FileStore files, String indexUri, String path, RowFormat<T> format, List<T> rows)
      throws IOException {
    try (TableWriter<T> writer =
        new TableWriter<>(files, Uris.child(indexUri, path), format, Compression.ZSTD)) {
      for (int from = 0; from < rows.size(); from += ROW_GROUP_ROWS) {
        writer.writeBlock(rows.subList(from, Math.min(rows.size(), from + ROW_GROUP_ROWS)));
      }
      TableWriter.Written written = writer.finish();
      return new TableFile(path, written.rows(), written.bytes(), written.sha256());
    }
  }

  private static <T> List<T> read(
      FileStore files, String indexUri, TableFile file, RowFormat<T> format) throws IOException {
    String uri = Uris.child(indexUri, file.path());
    try (TableReader<T> reader =
        TableReader.open(files, uri, file.bytes(), format, IndexManifest.REMEDY)) {
      if (!Sha256.of(files, uri).equals(file.sha256())) {
        throw UserException.input(
            uri + ": does not have the checksum in its manifest. " + IndexManifest.REMEDY);
      }
      List<T> rows = new ArrayList<>();
      for (int block = 0; block < reader.blocks(); block++) {
        rows.addAll(reader.readBlock(block));
      }
      return rows;
    }
  }
}
