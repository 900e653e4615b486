package io.sparksr.jobs;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delays the end of this JVM (SIGTERM, an executor decommissioned, Ctrl-C) until a piece of work
 * has ended, which is asked to end soon. Before anything of Spark's or Hadoop's is shut down: their
 * hooks run in the same order with lower priorities.
 */
final class StopOnShutdown implements AutoCloseable, BooleanSupplier {
  private static final Logger LOG = LoggerFactory.getLogger(StopOnShutdown.class);

  /** For the driver, whose hook comes before those of tasks in the same JVM. */
  static final int DRIVER = 101;

  /** For a task. */
  static final int TASK = 100;

  private static final long WAIT_SECONDS = 60;

  private final String work;
  private final Runnable ask;
  private final Runnable hook = this::stop;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean asked;

  private StopOnShutdown(String work, Runnable ask) {
    this.work = work;
    this.ask = ask;
  }

  /**
   * Begins.
   *
   * @param work for the log
   * @param priority {@link #DRIVER} or {@link #TASK}
   * @param ask is run when the JVM is told to end
   */
  static StopOnShutdown during(String work, int priority, Runnable ask) {
    StopOnShutdown stop = new StopOnShutdown(work, ask);
    ShutdownHookManager.get().addShutdownHook(stop.hook, priority, WAIT_SECONDS, TimeUnit.SECONDS);
    return stop;
  }

  /** Whether the JVM was told to end. */
  @Override
  public boolean getAsBoolean() {
    return asked;
  }

  /** The work has ended. */
  @Override
  public void close() {
    ended.countDown();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
  }

  private void stop() {
    asked = true;
    if (ended.getCount() > 0) {
      LOG.info("this process was told to end; {} ends first", work);
    }
    ask.run();
    try {
      if (!ended.await(WAIT_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("{} has not ended within {} s", work, WAIT_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
