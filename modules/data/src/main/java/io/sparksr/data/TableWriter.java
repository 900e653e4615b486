package io.sparksr.data;

import io.sparksr.core.io.FileStore;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;

/**
 * Writes one Parquet file with exactly the row groups it is given, which Parquet's own writers do
 * not promise. Equal rows give equal bytes. Closed without {@link #finish()}, it removes the file.
 */
final class TableWriter<T> implements Closeable {
  /** Only read where the file system has blocks to align with, and {@link StoreOutput} has none. */
  private static final long ROW_GROUP_BYTES = 1L << 27;

  private static final ParquetProperties PROPERTIES =
      ParquetProperties.builder()
          .withDictionaryEncoding(false)
          .withPageWriteChecksumEnabled(true)
          .withAllocator(HeapByteBufferAllocator.getInstance())
          .build();

  private final FileStore files;
  private final String uri;
  private final RowFormat<T> format;
  private final MessageType schema;
  private final StoreOutput output;
  private final CodecFactory codecs;
  private final Compression compression;
  private final ParquetFileWriter writer;
  private final List<Integer> blocks = new ArrayList<>();
  private long rows;
  private boolean finished;
  private boolean closed;

  TableWriter(FileStore files, String uri, RowFormat<T> format, Compression compression)
      throws IOException {
    this.files = files;
    this.uri = uri;
    this.format = format;
    this.schema = format.schema();
    this.compression = compression;
    this.codecs = new CodecFactory(new Configuration(false), PROPERTIES.getPageSizeThreshold());
    this.output = new StoreOutput(files, uri);
    this.writer =
        new ParquetFileWriter(
            output,
            schema,
            ParquetFileWriter.Mode.OVERWRITE,
            ROW_GROUP_BYTES,
            0,
            PROPERTIES.getColumnIndexTruncateLength(),
            PROPERTIES.getStatisticsTruncateLength(),
            PROPERTIES.getPageWriteChecksumEnabled());
    writer.start();
  }

  /** Writes one row group; an empty list writes nothing. */
  void writeBlock(List<T> block) throws IOException {
    if (block.isEmpty()) {
      return;
    }
    ColumnChunkPageWriteStore pages =
        new ColumnChunkPageWriteStore(
            codecs.getCompressor(compression.codec()),
            schema,
            PROPERTIES.getAllocator(),
            PROPERTIES.getColumnIndexTruncateLength(),
            PROPERTIES.getPageWriteChecksumEnabled());
    ColumnWriteStore store = PROPERTIES.newColumnWriteStore(schema, pages, pages);
    ColumnWriter[] columns =
        schema.getColumns().stream().map(store::getColumnWriter).toArray(ColumnWriter[]::new);
    for (T row : block) {
      format.write(row, columns);
      store.endRecord();
    }
    store.flush();
    writer.startBlock(block.size());
    pages.flushToFileWriter(writer);
    writer.endBlock();
    store.close();
    blocks.add(block.size());
    rows += block.size();
  }

  /** Completes the file and closes it. */
  Written finish() throws IOException {
    output.holdBack();
    writer.end(Map.of());
    output.digest().write(StableFooter.of(output.heldBack()));
    finished = true;
    close();
    return new Written(
        rows, output.digest().bytes(), output.digest().sha256(), List.copyOf(blocks));
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    codecs.release();
    output.digest().close();
    if (!finished) {
      files.delete(uri);
    }
  }

  /** A finished file: row count, size, checksum and the row count of each row group. */
  record Written(long rows, long bytes, String sha256, List<Integer> blocks) {}
}
