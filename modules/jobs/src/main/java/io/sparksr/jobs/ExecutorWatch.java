package io.sparksr.jobs;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.TaskInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's eye on the executors of a stage that would not end for days. Spark gives an executor
 * that is being decommissioned no new tasks, but waits for those it has, and has no event for it:
 * so this looks, and ends one of its tasks. It also says when no task has run for long because too
 * few can run at once, and where fewer will do, or more can run again, has the stage start anew.
 */
final class ExecutorWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorWatch.class);
  private static final long LOOK_MILLIS = 500;

  /** Why Spark says that a task was ended. */
  static final String REASON = "its executor is being decommissioned";

  private final JavaSparkContext spark;
  private final ReplicaCount count;
  private final Runnable resize;
  private final long idleNanos;
  private final Supplier<List<TaskInfo>> running;
  private final Set<Long> asked = new HashSet<>();
  private final Timer timer = new Timer("executor-watch", true);
  private volatile long ranNanos;

  /**
   * A watch that looks once it is started.
   *
   * @param count of the stage's tasks, all at once
   * @param running those that run now
   * @param idle after so long without any, it says what is missing, and again after as long
   * @param resize is run when the count has changed
   */
  ExecutorWatch(
      JavaSparkContext spark,
      ReplicaCount count,
      Supplier<List<TaskInfo>> running,
      Duration idle,
      Runnable resize) {
    this.spark = spark;
    this.count = count;
    this.running = running;
    this.resize = resize;
    this.idleNanos = idle.toNanos();
  }

  /** Looks until closed. */
  void start() {
    ranNanos = System.nanoTime();
    TimerTask looking =
        new TimerTask() {
          @Override
          public void run() {
            look();
          }
        };
    timer.schedule(looking, LOOK_MILLIS, LOOK_MILLIS);
  }

  private void look() {
    try {
      List<TaskInfo> now = running.get();
      now.forEach(this::endIfDecommissioned);
      if (!now.isEmpty()) {
        ranNanos = System.nanoTime();
      } else if (System.nanoTime() - ranNanos > idleNanos) {
        ranNanos = System.nanoTime();
        sayWhatIsMissing();
      }
      if (count.elastic()) {
        follow(!now.isEmpty());
      }
    } catch (RuntimeException e) {
      // Else the timer would end.
      LOG.warn("the executors can't be looked at: {}", e.toString());
    }
  }

  private void endIfDecommissioned(TaskInfo task) {
    if (spark.sc().taskScheduler().getExecutorDecommissionState(task.executorId()).isDefined()
        && asked.add(task.taskId())) {
      LOG.warn(
          "executor {} on {} is being decommissioned. All replicas end after the same step, save it,"
              + " and start again on other executors",
          task.executorId(),
          task.host());
      spark.sc().killTaskAttempt(task.taskId(), false, REASON);
    }
  }

  private void follow(boolean running) {
    int slots = Slots.now(spark);
    int before = count.now();
    OptionalInt changed = count.change(slots, running, System.nanoTime());
    if (changed.isPresent()) {
      LOG.warn(
          "the cluster has {} task slots: {} replicas go on instead of {}",
          slots,
          changed.getAsInt(),
          before);
      resize.run();
    }
  }

  private void sayWhatIsMissing() {
    int slots = Slots.now(spark);
    int tasks = count.now();
    if (slots < tasks) {
      LOG.warn(
          "the replicas wait: {} of them need as many task slots at once, but there are {} now. They"
              + " start as soon as executors come; or end this and give the same command with"
              + " -D train.replicas={}",
          tasks,
          slots,
          Math.max(1, slots));
    }
  }

  @Override
  public void close() {
    timer.cancel();
  }
}
