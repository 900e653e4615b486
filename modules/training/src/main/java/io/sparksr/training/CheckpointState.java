package io.sparksr.training;

import io.sparksr.evaluation.Score;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * {@code state.json} of a checkpoint, written last: what makes it complete.
 *
 * @param step steps completed
 * @param identity what a run that resumes here must agree with
 * @param rollbacks how often the run had gone back after its loss had diverged
 * @param validation mean scores of this checkpoint by set, empty where it was not scored
 * @param best the best checkpoint so far; null if none was scored
 * @param files what the checkpoint consists of
 */
public record CheckpointState(
    long step,
    Map<String, String> identity,
    int rollbacks,
    Map<String, Score> validation,
    Best best,
    List<SavedFile> files) {

  /** Checks that nothing is missing. */
  public CheckpointState {
    if (identity == null || files == null) {
      throw new IllegalArgumentException("identity and files are needed");
    }
    validation =
        validation == null
            ? Map.of()
            : Collections.unmodifiableMap(new LinkedHashMap<>(validation));
  }

  /** PSNR on the first set, which decides what is best. */
  public OptionalDouble psnr() {
    return validation.values().stream().mapToDouble(Score::psnr).findFirst();
  }

  CheckpointState with(List<SavedFile> saved) {
    return new CheckpointState(step, identity, rollbacks, validation, best, saved);
  }

  /**
   * The best checkpoint.
   *
   * @param step its step
   * @param psnr on the first set, dB
   */
  public record Best(long step, double psnr) {}

  /**
   * A file of a checkpoint.
   *
   * @param name within the checkpoint's folder
   * @param bytes its size
   * @param sha256 its checksum
   */
  public record SavedFile(String name, long bytes, String sha256) {}
}
