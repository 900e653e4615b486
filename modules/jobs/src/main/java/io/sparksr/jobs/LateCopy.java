package io.sparksr.jobs;

import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Uris;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of attempts that came too late. Spark does not wait for copies of tasks that lost, so a job
 * may have ended, and removed what its manifest does not name, before one of them closes its file.
 * That is no harm to those who trust the manifest, but other programs read folders by pattern.
 */
final class LateCopy {
  private static final Logger LOG = LoggerFactory.getLogger(LateCopy.class);

  private LateCopy() {}

  /** What a manifest names. */
  @FunctionalInterface
  interface Named {
    /** Paths relative to its folder. */
    List<String> paths() throws IOException;
  }

  /**
   * Removes a file, just closed, if the manifest is there and does not name it. (If it is not there
   * yet, whoever writes it removes what it does not name afterwards.)
   *
   * @param path relative to the folder
   * @param named what the manifest names; asked for if it is there
   * @return whether the manifest is there
   */
  static boolean withdraw(
      FileStore store, String folderUri, String manifest, String path, Named named)
      throws IOException {
    if (!store.exists(Uris.child(folderUri, manifest))) {
      return false;
    }
    if (!named.paths().contains(path)) {
      LOG.info("{} is removed: another attempt at the same task counts", path);
      store.delete(Uris.child(folderUri, path));
    }
    return true;
  }
}
