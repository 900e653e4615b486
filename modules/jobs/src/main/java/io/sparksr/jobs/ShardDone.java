package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Uris;
import io.sparksr.data.Rejections;
import io.sparksr.data.ShardEntry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A finished shard, noted beside the shards until the manifest lists them all, so that a job that
 * was killed does not make it again.
 *
 * @param fingerprint of the job that made it
 * @param images how many images gave its rows
 * @param entries the shard, or none if no image gave a row
 * @param rejected the images of this shard that gave none
 */
record ShardDone(String fingerprint, long images, List<ShardEntry> entries, Rejections rejected)
    implements Serializable {
  static final String FOLDER = "shards/_done";

  ShardDone {
    entries = List.copyOf(entries);
  }

  /** The note on a shard, if this very job has finished it and its file is still whole. */
  static Optional<ShardDone> read(FileStore files, String shardsUri, int shard, String fingerprint)
      throws IOException {
    String uri = uri(shardsUri, shard);
    try {
      ShardDone done = JsonCodec.parse(files.readBytes(uri), ShardDone.class, uri);
      if (!fingerprint.equals(done.fingerprint)) {
        return Optional.empty();
      }
      for (ShardEntry entry : done.entries) {
        entry.checkSize(files, shardsUri);
      }
      return Optional.of(done);
    } catch (FileNotFoundException | UserException e) {
      // Not there, half-written, or its shard is not whole: make the shard (again).
      return Optional.empty();
    }
  }

  void write(FileStore files, String shardsUri, int shard) throws IOException {
    files.writeBytes(uri(shardsUri, shard), JsonCodec.document(this));
  }

  private static String uri(String shardsUri, int shard) {
    return Uris.child(shardsUri, String.format(Locale.ROOT, "%s/shard-%05d.json", FOLDER, shard));
  }
}
