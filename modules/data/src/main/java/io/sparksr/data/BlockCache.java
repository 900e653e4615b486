package io.sparksr.data;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The blocks used last, up to a number of bytes but never fewer than one step needs. For one
 * thread.
 */
final class BlockCache {
  private final ShardDataset dataset;
  private final long maxBytes;
  private final int minBlocks;
  private final Map<Integer, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  BlockCache(ShardDataset dataset, long maxBytes, int minBlocks) {
    this.dataset = dataset;
    this.maxBytes = maxBytes;
    this.minBlocks = minBlocks;
  }

  Block get(int block) throws IOException {
    Entry entry = entries.get(block);
    if (entry == null) {
      Block read = dataset.readBlock(block);
      entry = new Entry(read, read.pixelBytes());
      entries.put(block, entry);
      bytes += entry.bytes;
      evict();
    }
    return entry.block;
  }

  int size() {
    return entries.size();
  }

  private void evict() {
    Iterator<Entry> oldestFirst = entries.values().iterator();
    while (bytes > maxBytes && entries.size() > minBlocks) {
      bytes -= oldestFirst.next().bytes;
      oldestFirst.remove();
    }
  }

  private record Entry(Block block, long bytes) {}
}
