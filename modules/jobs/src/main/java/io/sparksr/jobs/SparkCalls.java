package io.sparksr.jobs;

import io.sparksr.core.UserException;
import java.util.concurrent.Callable;

/** Calls of Spark's actions. */
final class SparkCalls {
  private SparkCalls() {}

  /**
   * Runs an action. A user's mistake that a task found arrives wrapped in Spark's account of the
   * failed stage; it is unwrapped here. Spark's own exceptions are checked ones that Scala does not
   * declare.
   *
   * @throws UserException if a task threw one
   * @throws IllegalStateException if the job failed otherwise
   */
  static <T> T run(Callable<T> action) {
    try {
      return action.call();
    } catch (Exception e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof UserException user) {
          throw user;
        }
      }
      throw e instanceof RuntimeException runtime
          ? runtime
          : new IllegalStateException(e.getMessage(), e);
    }
  }
}
