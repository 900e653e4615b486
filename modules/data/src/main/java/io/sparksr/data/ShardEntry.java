package io.sparksr.data;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Sha256;
import io.sparksr.core.io.Uris;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * One shard file as the manifest lists it.
 *
 * @param path relative to the shards' folder, for instance {@code shards/shard-00000.parquet}
 * @param rows how many samples it holds
 * @param bytes its size
 * @param sha256 its checksum, lower-case hexadecimal
 * @param blocks the row counts of its row groups, in order
 */
public record ShardEntry(String path, long rows, long bytes, String sha256, List<Integer> blocks)
    implements Serializable {

  /** Checks that the blocks hold the rows. */
  public ShardEntry {
    blocks = List.copyOf(blocks);
    long sum = blocks.stream().mapToLong(Integer::longValue).sum();
    if (sum != rows || blocks.stream().anyMatch(count -> count < 1)) {
      throw new IllegalArgumentException(
          path + ": blocks of " + blocks + " rows do not make " + rows + " rows");
    }
  }

  /**
   * Checks that the file has the size the manifest gives.
   *
   * @throws UserException (input) naming the file if it is missing or has another size
   */
  public void checkSize(FileStore files, String shardsUri) throws IOException {
    TableReader.checkSize(files, Uris.child(shardsUri, path), bytes, ShardManifest.REMEDY);
  }

  /**
   * Reads the whole file and checks its size and SHA-256.
   *
   * @throws UserException (input) naming the file if it is missing or has another size or checksum
   */
  public void verify(FileStore files, String shardsUri) throws IOException {
    checkSize(files, shardsUri);
    String uri = Uris.child(shardsUri, path);
    String found = Sha256.of(files, uri);
    if (!found.equals(sha256)) {
      throw UserException.input(
          uri
              + ": has SHA-256 "
              + found
              + " where its manifest says "
              + sha256
              + ". "
              + ShardManifest.REMEDY);
    }
  }
}
