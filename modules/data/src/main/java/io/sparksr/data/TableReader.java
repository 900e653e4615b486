package io.sparksr.data;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;

/**
 * Reads one Parquet file a row group at a time. Between reads it holds the footer but no open
 * stream. For one thread at a time.
 */
final class TableReader<T> implements Closeable {
  private final String uri;
  private final String remedy;
  private final RowFormat<T> format;
  private final StoreInput input;
  private final ParquetFileReader reader;

  private TableReader(
      String uri, String remedy, RowFormat<T> format, StoreInput input, ParquetFileReader reader) {
    this.uri = uri;
    this.remedy = remedy;
    this.format = format;
    this.input = input;
    this.reader = reader;
  }

  /**
   * Opens a file and checks its size and columns.
   *
   * @param bytes the size its manifest gives
   * @param remedy what the user should do if the file is not what the manifest says
   * @throws UserException (input) if the file is missing, has another size or is no such table
   */
  static <T> TableReader<T> open(
      FileStore files, String uri, long bytes, RowFormat<T> format, String remedy)
      throws IOException {
    checkSize(files, uri, bytes, remedy);
    StoreInput input = new StoreInput(files, uri, bytes);
    ParquetReadOptions options =
        ParquetReadOptions.builder()
            .withCodecFactory(new CodecFactory(new Configuration(false), 0))
            .usePageChecksumVerification(true)
            .build();
    try {
      ParquetFileReader reader = ParquetFileReader.open(input, options);
      input.release();
      // Row groups are read by the position of their columns, so names and types must all agree;
      // compared as text, which leaves out the order of values that files do not keep.
      String columns = reader.getFileMetaData().getSchema().getFields().toString();
      if (!columns.equals(format.schema().getFields().toString())) {
        reader.close();
        throw UserException.input(
            uri + ": has the columns " + columns + ", which are not the expected. " + remedy);
      }
      return new TableReader<>(uri, remedy, format, input, reader);
    } catch (UserException e) {
      throw e;
    } catch (RuntimeException e) {
      // Parquet reports a wrong magic number or footer by plain RuntimeExceptions.
      throw broken(uri, remedy, e);
    }
  }

  int blocks() {
    return reader.getRowGroups().size();
  }

  /**
   * Reads one row group and no other byte of the file.
   *
   * @throws UserException (input) if its pages do not have the checksums written with them
   */
  List<T> readBlock(int block) throws IOException {
    try {
      PageReadStore pages = reader.readRowGroup(block);
      MessageType schema = format.schema();
      ColumnReadStoreImpl store =
          new ColumnReadStoreImpl(
              pages,
              new NoConverters(schema.getFieldCount()),
              schema,
              reader.getFileMetaData().getCreatedBy());
      ColumnReader[] columns =
          schema.getColumns().stream().map(store::getColumnReader).toArray(ColumnReader[]::new);
      int rows = Math.toIntExact(pages.getRowCount());
      List<T> result = new ArrayList<>(rows);
      for (int row = 0; row < rows; row++) {
        result.add(format.read(columns));
        for (ColumnReader column : columns) {
          column.consume();
        }
      }
      return result;
    } catch (RuntimeException e) {
      throw broken(uri, remedy, e);
    } catch (IOException e) {
      throw new IOException(uri + ": block " + block + ": " + e.getMessage(), e);
    } finally {
      input.release();
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  /** Checks that a file has the size its manifest gives. */
  static void checkSize(FileStore files, String uri, long bytes, String remedy) throws IOException {
    Optional<Long> found = files.status(uri).map(FileEntry::bytes);
    if (found.isEmpty()) {
      throw UserException.input(uri + ": missing, although its manifest lists it. " + remedy);
    }
    if (found.get() != bytes) {
      throw UserException.input(
          uri + ": has " + found.get() + " bytes where its manifest says " + bytes + ". " + remedy);
    }
  }

  private static UserException broken(String uri, String remedy, RuntimeException cause) {
    return UserException.input(
        uri + ": not readable as Parquet (" + cause.getMessage() + "). " + remedy, cause);
  }

  /** Values are read column by column; Parquet's record assembly is not used but asked for. */
  private static final class NoConverters extends GroupConverter {
    private final PrimitiveConverter[] columns;

    NoConverters(int columns) {
      this.columns = new PrimitiveConverter[columns];
      Arrays.setAll(this.columns, i -> new PrimitiveConverter() {});
    }

    @Override
    public Converter getConverter(int field) {
      return columns[field];
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }
}
