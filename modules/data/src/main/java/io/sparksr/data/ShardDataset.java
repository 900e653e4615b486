package io.sparksr.data;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All blocks of a complete shards folder, numbered through. Opens shards as they are needed and
 * keeps the footers of those used last. For one thread at a time: every replica opens its own.
 */
public final class ShardDataset implements Closeable {
  /** A footer of a shard of 128 MiB takes about 100 kB in memory. */
  private static final int MAX_OPEN = 256;

  private final FileStore files;
  private final String uri;
  private final ShardManifest manifest;
  private final int[] firstBlocks;
  private final int blocks;
  private final Map<Integer, ShardReader> open = new LinkedHashMap<>(16, 0.75f, true);

  private ShardDataset(FileStore files, String uri, ShardManifest manifest) {
    this.files = files;
    this.uri = uri;
    this.manifest = manifest;
    this.firstBlocks = new int[manifest.shards().size()];
    int first = 0;
    for (int shard = 0; shard < firstBlocks.length; shard++) {
      firstBlocks[shard] = first;
      first += manifest.shards().get(shard).blocks().size();
    }
    this.blocks = first;
  }

  /**
   * Opens a shards folder by its manifest.
   *
   * @throws UserException (input) if the manifest is missing or contradicts itself
   */
  public static ShardDataset open(FileStore files, String shardsUri) throws IOException {
    return open(files, shardsUri, ShardManifest.read(files, shardsUri));
  }

  /** Opens a shards folder whose manifest was read already. */
  public static ShardDataset open(FileStore files, String shardsUri, ShardManifest manifest) {
    return new ShardDataset(files, shardsUri, manifest);
  }

  /** What the folder holds. */
  public ShardManifest manifest() {
    return manifest;
  }

  /**
   * Checks that every shard is there with its size, which needs no reading.
   *
   * @throws UserException (input) naming the first file that is missing or has another size
   */
  public void checkSizes() throws IOException {
    for (ShardEntry shard : manifest.shards()) {
      shard.checkSize(files, uri);
    }
  }

  /**
   * Reads everything and checks every size and SHA-256.
   *
   * @throws UserException (input) naming the first file that differs
   */
  public void verify() throws IOException {
    for (ShardEntry shard : manifest.shards()) {
      shard.verify(files, uri);
    }
  }

  /**
   * Reads one block.
   *
   * @param block its position in {@link ShardManifest#blockRows()}
   * @throws UserException (input) naming the file if it is not what was written
   */
  public Block readBlock(int block) throws IOException {
    if (block < 0 || block >= blocks) {
      throw new IllegalArgumentException("no block " + block + " among " + blocks);
    }
    int found = Arrays.binarySearch(firstBlocks, block);
    int shard = found >= 0 ? found : -found - 2;
    return reader(shard).readBlock(block - firstBlocks[shard]);
  }

  @Override
  public void close() throws IOException {
    List<ShardReader> readers = new ArrayList<>(open.values());
    open.clear();
    for (ShardReader reader : readers) {
      reader.close();
    }
  }

  private ShardReader reader(int shard) throws IOException {
    ShardReader reader = open.get(shard);
    if (reader == null) {
      if (open.size() == MAX_OPEN) {
        open.remove(open.keySet().iterator().next()).close();
      }
      reader = ShardReader.open(files, uri, manifest, shard);
      open.put(shard, reader);
    }
    return reader;
  }
}
