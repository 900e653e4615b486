package io.sparksr.jobs;

import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;

/** What the cluster can run at once. */
final class Slots {
  private static final long WAIT_MILLIS = 30_000;
  private static final long POLL_MILLIS = 200;

  private Slots() {}

  /**
   * How many tasks can run at once. Executors register one by one; waits up to half a minute until
   * there are enough.
   *
   * @param wanted stop waiting at that many
   */
  static int await(JavaSparkContext spark, int wanted) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
    int slots = now(spark);
    while (slots < wanted && !spark.isLocal() && System.nanoTime() < end) {
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return slots;
      }
      slots = now(spark);
    }
    return slots;
  }

  /**
   * Cores that one of several tasks running at once may compute with: in local mode this machine's,
   * shared among them, else {@code spark.task.cpus}.
   */
  static int cores(JavaSparkContext spark, int tasks) {
    return spark.isLocal()
        ? Math.max(1, Runtime.getRuntime().availableProcessors() / tasks)
        : spark.getConf().getInt("spark.task.cpus", 1);
  }

  private static int now(JavaSparkContext spark) {
    return spark
        .sc()
        .maxNumConcurrentTasks(spark.sc().resourceProfileManager().defaultResourceProfile());
  }
}
