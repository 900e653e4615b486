package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.training.CheckpointStore;
import io.sparksr.training.TrainSettings;
import io.sparksr.training.TrainingPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
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
    TrainSettings settings = plan.train();
    JavaSparkContext spark = context.spark();
    String group = "train-" + UUID.randomUUID();
    LatestText text = new LatestText();
    LatestLine line = new LatestLine();
    spark.sc().register(text, "training");
    spark.sc().register(line, "metrics");
    spark.setJobGroup(group, "train", false);
    try (JobProgress bar =
            JobProgress.start(spark, context.progress(), "train", "steps", settings.steps());
        ReplicaWatch watch =
            new ReplicaWatch(spark, group, checkpoints, settings.maxFailures(), first, line);
        ExecutorWatch executors =
            new ExecutorWatch(spark, settings.replicas(), watch::running, IDLE);
        StopOnShutdown stop =
            StopOnShutdown.during("training", StopOnShutdown.DRIVER, watch::stop)) {
      bar.showMessage(text);
      executors.start();
      ReplicaTask task =
          new ReplicaTask(
              plan,
              RingTraffic.of(settings.encrypt(), spark.getConf()),
              context.remoteFiles(),
              validation,
              new ReplicaTask.Progress(bar.counter(), text, line));
      List<Integer> ranks = IntStream.range(0, settings.replicas()).boxed().toList();
      // A barrier stage is run again after a failure only if a shuffle follows it.
      RDD<Integer> replicas = spark.parallelize(ranks, settings.replicas()).rdd();
      ClassTag<Integer> tag = ClassTag$.MODULE$.apply(Integer.class);
      JavaRDD<Integer> trained = replicas.barrier().mapPartitions(task, false, tag).toJavaRDD();
      try {
        SparkCalls.run(() -> trained.repartition(1).collect());
      } catch (IllegalStateException | UserException e) {
        // What they save now must be complete before Spark is closed.
        watch.awaitEnd(END_MILLIS);
        throw ending(watch, stop.getAsBoolean(), e);
      }
    } finally {
      spark.clearJobGroup();
    }
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
