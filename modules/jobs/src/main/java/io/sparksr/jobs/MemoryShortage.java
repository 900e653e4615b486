package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageException.Reason;

/**
 * An image that this process has not the memory to decode ends an index or a data set instead of
 * being rejected: on a larger machine it would be in, and the same input must not silently give
 * different data.
 */
final class MemoryShortage {
  private MemoryShortage() {}

  /**
   * Refuses to go on if that is the problem.
   *
   * @param limitKey the key that rejects large images wherever the job runs
   * @throws UserException (input) naming both remedies
   */
  static void refuse(String uri, ImageException problem, String limitKey) {
    if (problem.reason() == Reason.BEYOND_MEMORY) {
      throw UserException.input(
          uri
              + ": "
              + problem.getMessage()
              + ". Give the process more memory (spark.executor.memory; on an embedded Spark the"
              + " driver's: SPARKSR_HEAP, or --driver-memory of spark-submit), or set "
              + limitKey
              + " below its number of pixels: then it is rejected as too-large everywhere.");
    }
  }
}
