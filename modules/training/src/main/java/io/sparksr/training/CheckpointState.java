package io.sparksr.training;

import java.util.List;
import java.util.Map;

/**
 * {@code state.json} of a checkpoint, written last: what makes it complete.
 *
 * @param step steps completed
 * @param identity what a run that resumes here must agree with
 * @param files what the checkpoint consists of
 */
public record CheckpointState(long step, Map<String, String> identity, List<SavedFile> files) {

  /** Checks that nothing is missing. */
  public CheckpointState {
    if (identity == null || files == null) {
      throw new IllegalArgumentException("identity and files are needed");
    }
  }

  /**
   * A file of a checkpoint.
   *
   * @param name within the checkpoint's folder
   * @param bytes its size
   * @param sha256 its checksum
   */
  public record SavedFile(String name, long bytes, String sha256) {}
}
