package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.training.CheckpointStore;
import io.sparksr.training.MetricsLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.TaskKilled;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.JavaConverters;

/**
 * The driver's eye on the replicas. Spark starts a failed stage of them again for as long as it is
 * left to; this decides when that is no use: at once where a user's mistake is the cause, else
 * after so many failures in a row without a new checkpoint between them.
 */
final class ReplicaWatch extends SparkListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaWatch.class);
  private static final String GROUP_KEY = "spark.jobGroup.id";

  /** In what Spark says of tasks that it ends because another of their stage has failed. */
  private static final String PEER_FAILED = "from barrier stage";

  private final JavaSparkContext spark;
  private final String group;
  private final CheckpointStore checkpoints;
  private final int maxFailures;
  private final LatestLine line;
  private final TrainingGauges gauges;
  private final Set<Integer> stages = ConcurrentHashMap.newKeySet();
  private final Map<Long, TaskInfo> running = new HashMap<>();
  private final List<String> reasons = new ArrayList<>();
  private int attempt;
  private int endedAttempt = -1;
  private boolean saved;
  private UserException mistake;
  private volatile boolean ending;
  private volatile boolean gaveUp;
  private volatile boolean resized;
  private long failures;
  private long failuresInARow;
  private long newest;

  /**
   * Watches the jobs of a group.
   *
   * @param newest the step of the checkpoint that training begins at
   */
  ReplicaWatch(
      JavaSparkContext spark,
      String group,
      CheckpointStore checkpoints,
      int maxFailures,
      long newest,
      LatestLine line) {
    this.spark = spark;
    this.group = group;
    this.checkpoints = checkpoints;
    this.maxFailures = maxFailures;
    this.newest = newest;
    this.line = line;
    this.gauges = TrainingGauges.register();
    spark.sc().addSparkListener(this);
  }

  /** The group of Spark's jobs that it watches. */
  String group() {
    return group;
  }

  /** Ends the replicas: each saves, with its peers, and returns. */
  void stop() {
    ending = true;
    spark.cancelJobGroup(group);
  }

  /** Ends the replicas likewise, to start again in another number. */
  void resize() {
    resized = !ending;
    stop();
  }

  /** Whether that is why they ended. */
  boolean resized() {
    return resized;
  }

  /** Why replicas failed the last time, a line for each. */
  synchronized List<String> reasons() {
    return List.copyOf(reasons);
  }

  /** The mistake that a replica found, if any. */
  synchronized Optional<UserException> mistake() {
    return Optional.ofNullable(mistake);
  }

  /** The replicas that run now. */
  synchronized List<TaskInfo> running() {
    return List.copyOf(running.values());
  }

  /** Waits until no replica is running, so that what they save is complete. */
  synchronized void awaitEnd(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    try {
      while (!running.isEmpty() && System.nanoTime() < end) {
        TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    if (start.properties() != null && group.equals(start.properties().getProperty(GROUP_KEY))) {
      JavaConverters.seqAsJavaListConverter(start.stageInfos())
          .asJava()
          .forEach(stage -> stages.add(stage.stageId()));
      if (ending) {
        stop(); // asked for before there was anything to end
      }
    }
  }

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart start) {
    if (stages.contains(start.stageId())) {
      running.put(start.taskInfo().taskId(), start.taskInfo());
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (!stages.contains(end.stageId())) {
      return;
    }
    synchronized (this) {
      running.remove(end.taskInfo().taskId());
      notifyAll();
      if (end.stageAttemptId() > attempt) {
        attempt = end.stageAttemptId();
        reasons.clear();
        saved = false;
      }
      // Given up, the causes still count: a replica may report its own after the stage has ended.
      if ((!ending || gaveUp) && end.reason() instanceof TaskFailedReason failure) {
        note(end.taskInfo(), failure);
      }
    }
    if (mistake().isPresent()) {
      stop();
    }
  }

  private void note(TaskInfo task, TaskFailedReason failure) {
    if (failure instanceof TaskKilled killed) {
      if (gaveUp || killed.reason().contains(PEER_FAILED)) {
        return; // The peer has said why.
      }
      saved |= killed.reason().equals(ExecutorWatch.REASON);
    }
    String text = failure.toErrorString();
    if (failure instanceof ExceptionFailure exception) {
      text = exception.description();
      Throwable thrown = exception.exception().isDefined() ? exception.exception().get() : null;
      for (Throwable t = thrown; t != null; t = t.getCause()) {
        if (t instanceof UserException user && mistake == null) {
          mistake = user;
        }
        saved |= t instanceof ToldToEndException;
      }
    }
    String line =
        "rank %d on %s: %s"
            .formatted(task.index(), task.host(), text.lines().findFirst().orElse("unknown"));
    reasons.add(line);
    if (saved) {
      LOG.info("replica ended: {}", line);
    } else {
      LOG.warn("replica failed: {}", line);
    }
  }

  @Override
  public void onStageCompleted(SparkListenerStageCompleted completed) {
    // Spark says so once for each replica of it that ended.
    int ended = completed.stageInfo().attemptNumber();
    if (!stages.contains(completed.stageInfo().stageId())
        || completed.stageInfo().failureReason().isEmpty()
        || ended <= endedAttempt
        || ending) {
      return;
    }
    endedAttempt = ended;
    long before = newest;
    try {
      newest = checkpoints.newestComplete().orElse(0L);
    } catch (IOException e) {
      LOG.warn("checkpoints can't be listed: {}", e.getMessage());
    }
    if (saved) {
      gauges.failed(failures, newest);
      LOG.info("replicas ended because an executor does. They start again from step {}", newest);
      return;
    }
    failures++;
    failuresInARow = newest > before ? 1 : failuresInARow + 1;
    gauges.failed(failures, newest);
    LOG.warn(
        "replicas failed, {} of {} times since the last checkpoint. They start again from step {}",
        failuresInARow,
        maxFailures,
        newest);
    if (failuresInARow >= maxFailures) {
      gaveUp = true;
      stop();
    }
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    JavaConverters.seqAsJavaListConverter(update.accumUpdates()).asJava().stream()
        .flatMap(task -> JavaConverters.seqAsJavaListConverter(task._4()).asJava().stream())
        .filter(info -> info.id() == line.id() && info.update().isDefined())
        .forEach(
            info -> {
              if (info.update().get() instanceof List<?> list
                  && !list.isEmpty()
                  && list.get(0) instanceof MetricsLine latest) {
                gauges.logged(latest);
              }
            });
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(this);
    gauges.close();
  }
}
