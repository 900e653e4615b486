package io.sparksr.data;

import java.util.List;

/**
 * A row group of a shard in memory.
 *
 * @param rows in the order of the file
 */
public record Block(List<ShardRow> rows) {
  /** Copies the list. */
  public Block {
    rows = List.copyOf(rows);
  }

  /** Bytes of the pixels it holds. */
  public long pixelBytes() {
    return rows.stream().mapToLong(row -> (long) row.hr().length + row.lr().length).sum();
  }
}
