package io.sparksr.training;

import io.sparksr.evaluation.Score;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What a replica leaves of a run: nothing, except {@linkplain RunWriter on rank 0}. */
interface RunRecord extends AutoCloseable {

  /** Adds a line of metrics, with pictures where the network was scored. */
  default void log(MetricsLine line, List<EventLog.Picture> pictures) throws IOException {}

  /**
   * After a step: saves if it is time or this is the best network so far.
   *
   * @param scores of the network after this step, if it was scored
   */
  default void afterStep(TrainingStep training, long step, Map<String, Score> scores)
      throws IOException {}

  /** Begins to save the last step; see {@link #finished}. */
  default void finish(TrainingStep training, long step, Map<String, Score> scores)
      throws IOException {}

  /**
   * Whether everything is written.
   *
   * @throws IOException if it can't be
   */
  default boolean finished() throws IOException {
    return true;
  }

  @Override
  default void close() {}
}
