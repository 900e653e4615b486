package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.io.LocalFileStore;
import io.sparksr.training.CheckpointStore;
import io.sparksr.training.MetricsLine;
import io.sparksr.training.MetricsLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskInfo;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** One replica is ended while its peer is well: both start again, never one of them alone. */
class ReplicaEndedIT {
  private static final int ENDS = 4;
  private static final int STEPS = 1500;
  private static final int CHECKPOINT_EVERY = 25;

  @TempDir private static Path root;
  private static JavaSparkContext spark;

  @BeforeAll
  static void makeShards() throws IOException {
    spark =
        LocalSpark.start(
            "local[2,4]", new SparkConf().set("spark.stage.maxConsecutiveAttempts", "100"));
    TrainedPipeline.makeShards(spark, root);
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void itStartsAgainWithItsPeerWhereTheyWere() throws Exception {
    Path straight = Path.of(train("straight").checkpoint());
    RunningTasks tasks = new RunningTasks();
    spark.sc().addSparkListener(tasks);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<TrainJob.Result> training = thread.submit(() -> train("ended"));
      for (int i = 0; i < ENDS; i++) {
        awaitCheckpoint("ended", training);
        spark.sc().killTaskAttempt(tasks.ofRank(i % 2).taskId(), false, ExecutorWatch.REASON);
      }
      Path ended = Path.of(training.get().checkpoint());
      for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
        assertThat(ended.resolve(file)).hasSameBinaryContentAs(straight.resolve(file));
      }
    } finally {
      thread.shutdownNow();
      spark.sc().removeSparkListener(tasks);
    }
    List<MetricsLine> lines =
        MetricsLog.read(new LocalFileStore(), root.resolve("ended").toString());
    assertThat(lines).allSatisfy(line -> assertThat(line.replicas()).hasSize(2));
    // They did end between two checkpoints.
    assertThat(lines).anySatisfy(line -> assertThat(line.step() % CHECKPOINT_EVERY).isNotZero());
  }

  @Test
  void aReplicaStartedWithoutItsPeerDoesNotTrain() {
    // It does not come to reading any of these.
    ReplicaTask task = new ReplicaTask(null, null, null, null, null);
    ClassTag<Integer> tag = ClassTag$.MODULE$.apply(Integer.class);
    JavaRDD<Integer> oneOfTwo =
        spark
            .parallelize(List.of(2), 1)
            .rdd()
            .barrier()
            .mapPartitions(task, false, tag)
            .toJavaRDD();
    assertThatThrownBy(oneOfTwo::collect)
        .hasMessageContaining("rank=0 is one of 1 replicas that Spark has started, but 2 train");
  }

  /** Waits for one more. */
  private static void awaitCheckpoint(String run, Future<?> training) throws IOException {
    CheckpointStore checkpoints =
        new CheckpointStore(new LocalFileStore(), root.resolve(run).toString());
    Optional<Long> before = checkpoints.newestComplete();
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> training.isDone() || !checkpoints.newestComplete().equals(before));
    assertThat(training).isNotDone();
  }

  private static TrainJob.Request request(String output) {
    return TrainedPipeline.request(
        root,
        root.resolve(output).toString(),
        2,
        STEPS,
        "train.log-every=" + CHECKPOINT_EVERY,
        "train.checkpoint-every=" + CHECKPOINT_EVERY);
  }

  private static TrainJob.Result train(String output) throws IOException {
    return new TrainJob(LocalSpark.context(spark)).run(request(output));
  }

  /** What runs now. */
  private static final class RunningTasks extends SparkListener {
    private final Set<TaskInfo> running = ConcurrentHashMap.newKeySet();

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      running.add(start.taskInfo());
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      running.removeIf(task -> task.taskId() == end.taskInfo().taskId());
    }

    TaskInfo ofRank(int rank) {
      return running.stream().filter(task -> task.index() == rank).findFirst().orElseThrow();
    }
  }
}
