package io.sparksr.jobs;

import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;

/** What the cluster can run at once. */
final class Slots {
  private static final long WAIT_MILLIS = 30_000;
  private static final long SETTLED_MILLIS = 5_000;
  private static final long POLL_MILLIS = 200;

  private Slots() {}

  /**
   * How many tasks can run at once. Executors register one by one; waits until there are enough,
   * until none has come for {@link #SETTLED_MILLIS} ms, or half a minute for the first.
   *
   * @param wanted stop waiting at that many
   */
  static int await(JavaSparkContext spark, int wanted) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
    int slots = now(spark);
    long changed = System.nanoTime();
    while (slots < wanted
        && !spark.isLocal()
        && System.nanoTime() < end
        && (slots == 0
            || System.nanoTime() - changed < TimeUnit.MILLISECONDS.toNanos(SETTLED_MILLIS))) {
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return slots;
      }
      int before = slots;
      slots = now(spark);
      changed = slots == before ? changed : System.nanoTime();
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

  /** How many tasks can run at once now. */
  static int now(JavaSparkContext spark) {
    return spark
        .sc()
        .maxNumConcurrentTasks(spark.sc().resourceProfileManager().defaultResourceProfile());
  }
}
