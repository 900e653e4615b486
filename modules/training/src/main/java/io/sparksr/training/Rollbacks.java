package io.sparksr.training;

import io.sparksr.collective.Communicator;
import io.sparksr.core.UserException;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a run does when its loss has diverged, and how often it has done so. */
final class Rollbacks {
  private static final Logger LOG = LoggerFactory.getLogger(Rollbacks.class);

  private final TrainSettings settings;
  private final CheckpointStore checkpoints;
  private final Communicator communicator;
  private int count;
  private long begun;

  Rollbacks(TrainSettings settings, CheckpointStore checkpoints, Communicator communicator) {
    this.settings = settings;
    this.checkpoints = checkpoints;
    this.communicator = communicator;
  }

  int count() {
    return count;
  }

  /** The factor of every learning rate. */
  double learningRateFactor() {
    return Math.pow(settings.divergence().learningRateFactor(), count);
  }

  /** Training begins at a checkpoint that had seen so many rollbacks. */
  void beginAt(long step, int before) {
    begun = step;
    count = Math.max(count, before);
  }

  /**
   * Makes the last good checkpoint the newest. A checkpoint that was followed by nothing but
   * divergence is bad itself, so it goes.
   *
   * @throws UserException if the run must end instead
   */
  void after(DivergedException divergence) throws IOException {
    if (settings.onDivergence() == OnDivergence.STOP) {
      throw end(divergence, "set train.on-divergence = rollback", "");
    }
    if (count >= settings.divergence().maxRollbacks()) {
      throw end(
          divergence,
          "raise train.divergence.max-rollbacks",
          " after going back " + count + " times");
    }
    if (communicator.rank() == 0) {
      Optional<Long> newest = checkpoints.latest();
      if (count > 0 && newest.isPresent() && newest.get() == begun) {
        checkpoints.removeAfter(begun - 1);
        newest = checkpoints.latest();
      }
      LOG.warn(
          "training diverged: {}. It goes on from step {} with {} times the learning rate",
          divergence.getMessage(),
          newest.orElse(0L),
          learningRateFactor() * settings.divergence().learningRateFactor());
    }
    count++;
  }

  private static UserException end(DivergedException divergence, String other, String times) {
    return UserException.input(
        "training diverged: "
            + divergence.getMessage()
            + times
            + ". Go on from its last checkpoint with a smaller train.learning-rate or with"
            + " train.clip-norm and --override, or "
            + other);
  }
}
