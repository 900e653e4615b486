package io.sparksr.inference;

import java.io.IOException;

/** Work of one of a pipeline's threads. */
@FunctionalInterface
interface FailableTask {
  /** Does it. */
  void run() throws IOException, InterruptedException;

  /** Turns such work into what threads run; its first failure ends the pipeline. */
  @FunctionalInterface
  interface Guard {
    /** The work, with its failure caught. */
    Runnable guarded(FailableTask task);
  }
}
