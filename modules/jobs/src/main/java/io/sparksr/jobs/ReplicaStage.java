package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.training.CheckpointStore;
import io.sparksr.training.TrainSettings;
import io.sparksr.training.TrainingPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** The barrier stage whose tasks are the replicas, with what watches over it. */
final class ReplicaStage {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaStage.class);
  private static final long END_MILLIS = 50_000;
  private static final Duration IDLE = Duration.ofMinutes(1);

  private final JobContext context;
  private final CheckpointStore checkpoints;
  private volatile ReplicaWatch watching;

  ReplicaStage(JobContext context, CheckpointStore checkpoints) {
    this.context = context;
    this.checkpoints = checkpoints;
  }

  /**
   * Trains until the last step.
   *
   * @param validation images to score meanwhile
   * @param first steps completed before
   * @throws UserException if a replica found a mistake, or the driver is told to end
   * @throws IllegalStateException if the replicas fail too often
   */
  void run(TrainingPlan plan, List<EvaluateTask.Item> validation, long first) throws IOException {
    JavaSparkContext spark = context.spark();
    LatestText text = new LatestText();
    LatestLine line = new LatestLine();
    spark.sc().register(text, "training");
    spark.sc().register(line, "metrics");
    try (JobProgress bar =
            JobProgress.start(spark, context.progress(), "train", "steps", plan.train().steps());
        StopOnShutdown stop =
            StopOnShutdown.during("training", StopOnShutdown.DRIVER, this::stop)) {
      bar.showMessage(text);
      ReplicaTask task =
          new ReplicaTask(
              plan,
              RingTraffic.of(plan.train().encrypt(), spark.getConf()),
              context.remoteFiles(),
              validation,
              new ReplicaTask.Progress(bar.counter(), text, line));
      ReplicaCount count = new ReplicaCount(plan.train(), Slots.now(spark), System.nanoTime());
      ReplicaWatch next = watch(plan.train(), first, line);
      while (!finishes(task, count, next, stop)) {
        next = watch(plan.train(), checkpoints.newestComplete().orElse(0L), line);
      }
    } finally {
      spark.clearJobGroup();
    }
  }

  private void stop() {
    ReplicaWatch now = watching;
    if (now != null) {
      now.stop();
    }
  }

  private ReplicaWatch watch(TrainSettings settings, long first, LatestLine line) {
    return new ReplicaWatch(
        context.spark(),
        "train-" + UUID.randomUUID(),
        checkpoints,
        settings.maxFailures(),
        first,
        line);
  }

  /** Whether the replicas came to the end; else their number has changed. */
  private boolean finishes(
      ReplicaTask task, ReplicaCount count, ReplicaWatch watch, StopOnShutdown stop)
      throws IOException {
    context.spark().setJobGroup(watch.group(), "train", false);
    int replicas = count.now();
    try (watch;
        ExecutorWatch executors =
            new ExecutorWatch(context.spark(), count, watch::running, IDLE, watch::resize)) {
      watching = watch;
      if (stop.getAsBoolean()) {
        watch.stop();
      }
      executors.start();
      try {
        SparkCalls.run(() -> stage(task, replicas).collect());
        return true;
      } catch (IllegalStateException | UserException e) {
        // What they save now must be complete before Spark is closed.
        watch.awaitEnd(END_MILLIS);
        if (watch.resized() && !stop.getAsBoolean() && watch.mistake().isEmpty()) {
          return false;
        }
        throw ending(watch, stop.getAsBoolean(), e);
      }
    }
  }

  private JavaRDD<Integer> stage(ReplicaTask task, int replicas) {
    List<Integer> numbers = Collections.nCopies(replicas, replicas);
    ClassTag<Integer> tag = ClassTag$.MODULE$.apply(Integer.class);
    // A barrier stage is run again after a failure only if a shuffle follows it.
    return context
        .spark()
        .parallelize(numbers, replicas)
        .rdd()
        .barrier()
        .mapPartitions(task, false, tag)
        .toJavaRDD()
        .repartition(1);
  }

  private RuntimeException ending(ReplicaWatch watch, boolean stopped, RuntimeException e)
      throws IOException {
    if (e instanceof UserException || watch.mistake().isPresent()) {
      return watch.mistake().isPresent() ? watch.mistake().get() : e;
    }
    String from =
        checkpoints.latest().map(step -> "its checkpoint at step " + step).orElse("the start");
    if (stopped) {
      UserException told =
          UserException.input("training was told to end. The same command goes on from " + from);
      // Once this has returned, the JVM may be gone before the command prints anything.
      LOG.warn("{}", told.getMessage());
      return told;
    }
    return new IllegalStateException(
        "training gave up. Once the cause is mended, the same command goes on from "
            + from
            + ". "
            + String.join("; ", watch.reasons()),
        e);
  }
}
