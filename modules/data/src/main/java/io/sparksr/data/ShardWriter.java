package io.sparksr.data;

import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Uris;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes one shard in blocks of a fixed row count; the last block may be shorter. Equal rows give
 * equal bytes. Holds one block in memory. Closed without {@link #finish()}, it removes the file.
 */
public final class ShardWriter implements Closeable {
  private final String path;
  private final int blockRows;
  private final TableWriter<ShardRow> table;
  private final List<ShardRow> block;

  private ShardWriter(String path, int blockRows, TableWriter<ShardRow> table) {
    this.path = path;
    this.blockRows = blockRows;
    this.table = table;
    this.block = new ArrayList<>(blockRows);
  }

  /** Creates the file of a shard as the first attempt, replacing one that exists. */
  public static ShardWriter create(
      FileStore files, String shardsUri, int shard, ShardSettings settings) throws IOException {
    return create(files, shardsUri, shard, Attempt.FIRST, settings);
  }

  /**
   * Creates the file of a shard, replacing one that exists.
   *
   * @param shardsUri the shards' folder
   * @param shard its number; the file is {@link ShardPlan#path(int, Attempt)}
   * @param attempt who writes it
   */
  public static ShardWriter create(
      FileStore files, String shardsUri, int shard, Attempt attempt, ShardSettings settings)
      throws IOException {
    String path = ShardPlan.path(shard, attempt);
    Compression compression = Compression.named(settings.compression()).orElseThrow();
    return new ShardWriter(
        path,
        settings.blockRows(),
        new TableWriter<>(files, Uris.child(shardsUri, path), RowFormats.SHARD, compression));
  }

  /** Appends a row; the caller has ordered them. */
  public void add(ShardRow row) throws IOException {
    block.add(row);
    if (block.size() == blockRows) {
      flush();
    }
  }

  /** Completes and closes the file. */
  public ShardEntry finish() throws IOException {
    flush();
    TableWriter.Written written = table.finish();
    return new ShardEntry(
        path, written.rows(), written.bytes(), written.sha256(), written.blocks());
  }

  @Override
  public void close() throws IOException {
    table.close();
  }

  private void flush() throws IOException {
    table.writeBlock(block);
    block.clear();
  }
}
