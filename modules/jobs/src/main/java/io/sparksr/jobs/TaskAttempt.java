package io.sparksr.jobs;

import io.sparksr.data.Attempt;
import org.apache.spark.TaskContext;

/** Spark's count of attempts as writers of files need it. */
final class TaskAttempt {
  private TaskAttempt() {}

  /** The attempt of the task that runs on this thread. */
  static Attempt current() {
    TaskContext task = TaskContext.get();
    return new Attempt(task.stageAttemptNumber(), task.attemptNumber());
  }
}
