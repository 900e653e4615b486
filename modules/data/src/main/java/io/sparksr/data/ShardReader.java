package io.sparksr.data;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Uris;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * Reads one shard a block at a time. Between reads it holds the footer in memory but no open
 * stream. For one thread at a time.
 */
public final class ShardReader implements Closeable {
  private final String uri;
  private final ShardEntry entry;
  private final int hrBytes;
  private final int lrBytes;
  private final TableReader<ShardRow> table;

  private ShardReader(
      String uri, ShardEntry entry, ShardManifest manifest, TableReader<ShardRow> table) {
    this.uri = uri;
    this.entry = entry;
    this.hrBytes = 3 * manifest.cropSize() * manifest.cropSize();
    this.lrBytes = 3 * manifest.lrSize() * manifest.lrSize();
    this.table = table;
  }

  /**
   * Opens a shard and checks its size and number of blocks.
   *
   * @param shardsUri the shards' folder
   * @param shard its position in the manifest's list
   * @throws UserException (input) naming the file if it is not what the manifest says
   */
  public static ShardReader open(
      FileStore files, String shardsUri, ShardManifest manifest, int shard) throws IOException {
    ShardEntry entry = manifest.shards().get(shard);
    String uri = Uris.child(shardsUri, entry.path());
    TableReader<ShardRow> table =
        TableReader.open(files, uri, entry.bytes(), RowFormats.SHARD, ShardManifest.REMEDY);
    if (table.blocks() != entry.blocks().size()) {
      table.close();
      throw unexpected(
          uri, table.blocks() + " blocks where its manifest says " + entry.blocks().size());
    }
    return new ShardReader(uri, entry, manifest, table);
  }

  /**
   * Reads one block, and no other bytes of the file.
   *
   * @param index 0 to the number of the entry's blocks - 1
   * @throws UserException (input) naming the file if the bytes are not those that were written
   */
  public Block readBlock(int index) throws IOException {
    List<ShardRow> rows = table.readBlock(index);
    if (rows.size() != entry.blocks().get(index)) {
      throw unexpected(
          uri,
          rows.size()
              + " rows in block "
              + index
              + " where its manifest says "
              + entry.blocks().get(index));
    }
    for (ShardRow row : rows) {
      if (row.hr().length != hrBytes || row.lr().length != lrBytes) {
        throw unexpected(uri, "pixels of another size than its manifest says");
      }
    }
    return new Block(rows);
  }

  @Override
  public void close() throws IOException {
    table.close();
  }

  private static UserException unexpected(String uri, String found) {
    return UserException.input(uri + ": has " + found + ". " + ShardManifest.REMEDY);
  }
}
