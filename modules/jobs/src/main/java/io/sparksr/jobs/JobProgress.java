package io.sparksr.jobs;

import io.sparksr.core.Progress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.util.LongAccumulator;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * One step of a job as its tasks count it. Spark adds a task's count to the driver's when the task
 * ends; between, this reads the counts that come with the executors' heartbeats, so that the bar
 * moves during long tasks.
 */
final class JobProgress implements AutoCloseable {
  private final JavaSparkContext spark;
  private final Progress.Task task;
  private final long total;
  private final LongAccumulator counter;
  private final Listener listener = new Listener();
  private final Map<Long, Long> running = new ConcurrentHashMap<>();
  private volatile LatestText message;
  private long shown;
  private boolean closed;

  private JobProgress(JavaSparkContext spark, Progress.Task task, String label, long total) {
    this.spark = spark;
    this.task = task;
    this.total = total;
    this.counter = spark.sc().longAccumulator(label);
  }

  /** Begins a step; the arguments are {@link Progress#start}'s. */
  static JobProgress start(
      JavaSparkContext spark, Progress progress, String label, String unit, long total) {
    JobProgress started = new JobProgress(spark, progress.start(label, unit, total), label, total);
    spark.sc().addSparkListener(started.listener);
    return started;
  }

  /** What tasks add to, once for each thing done. */
  LongAccumulator counter() {
    return counter;
  }

  /** Shows a text that tasks set beside the count. */
  void showMessage(LatestText text) {
    message = text;
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(listener);
    running.clear();
    show();
    synchronized (this) {
      closed = true;
      task.close();
    }
  }

  /** A task that runs again counts again: never show more than all, nor fewer than before. */
  private synchronized void show() {
    long done = counter.value() + running.values().stream().mapToLong(Long::longValue).sum();
    long capped = total < 0 ? done : Math.min(done, total);
    if (capped > shown && !closed) {
      shown = capped;
      task.advanceTo(capped);
    }
  }

  private final class Listener extends SparkListener {
    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
      JavaConverters.seqAsJavaListConverter(update.accumUpdates())
          .asJava()
          .forEach(
              ofTask ->
                  JavaConverters.seqAsJavaListConverter(ofTask._4())
                      .asJava()
                      .forEach(info -> note((Long) ofTask._1(), info)));
      show();
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      running.remove(end.taskInfo().taskId());
      show();
    }

    private void note(Long taskId, AccumulableInfo info) {
      Option<Object> update = info.update();
      LatestText text = message;
      if (text != null
          && info.id() == text.id()
          && update.isDefined()
          && update.get() instanceof String latest
          && !latest.isEmpty()) {
        task.message(latest);
      }
      if (info.id() == counter.id() && update.isDefined() && update.get() instanceof Long count) {
        running.put(taskId, count);
      }
    }
  }
}
