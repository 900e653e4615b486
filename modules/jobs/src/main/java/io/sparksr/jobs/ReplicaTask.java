package io.sparksr.jobs;

import io.sparksr.collective.CommunicationException;
import io.sparksr.collective.Communicator;
import io.sparksr.core.io.FileStore;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.training.Ending;
import io.sparksr.training.MetricsLine;
import io.sparksr.training.ReplicaLoop;
import io.sparksr.training.ReplicaServices;
import io.sparksr.training.TrainingPlan;
import io.sparksr.training.Validator;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.TaskContext;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;

/**
 * One replica as a barrier task. The barrier API takes Scala functions only.
 *
 * <p>Its partition holds one number: how many replicas train. A task succeeds only if the last step
 * is complete. Spark keeps what a task has returned even where the stage fails for a peer just
 * then, and would start the next attempt without it: fewer replicas would go on than were asked
 * for, and the sums of their gradients would be rounded otherwise.
 *
 * @see TrainJob
 */
final class ReplicaTask extends AbstractFunction1<Iterator<Integer>, Iterator<Integer>>
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaTask.class);
  private static final Duration CAUSE = Duration.ofSeconds(2);

  private final TrainingPlan plan;
  private final RingTraffic traffic;
  private final RemoteFiles files;
  private final List<EvaluateTask.Item> validation;
  private final Progress progress;

  /**
   * What the replicas tell the driver.
   *
   * @param counter steps completed
   * @param text how far training is, in words
   * @param line the last line of metrics
   */
  record Progress(LongAccumulator counter, LatestText text, LatestLine line)
      implements Serializable, ReplicaLoop.Listener {
    @Override
    public void progress(long step, double loss, double imagesPerSecond) {
      counter.add(step - counter.value());
      text.add(String.format(Locale.ROOT, "loss %.4f, %.1f images/s", loss, imagesPerSecond));
    }

    @Override
    public void logged(MetricsLine logged) {
      line.add(logged);
    }
  }

  /** A task; {@code validation} holds the images to score meanwhile. */
  ReplicaTask(
      TrainingPlan plan,
      RingTraffic traffic,
      RemoteFiles files,
      List<EvaluateTask.Item> validation,
      Progress progress) {
    this.plan = plan;
    this.traffic = traffic;
    this.files = files;
    this.validation = validation;
    this.progress = progress;
  }

  @Override
  public Iterator<Integer> apply(Iterator<Integer> replicas) {
    BarrierTaskContext context = BarrierTaskContext.get();
    requireAll(context, replicas.next());
    ComputeDevice device = device(context);
    FileStore store = files.store();
    try (StopOnShutdown shutdown =
            StopOnShutdown.during(
                "replica " + context.partitionId(), StopOnShutdown.TASK, () -> {});
        Validator validator = validator(store, device);
        Communicator communicator =
            BarrierRendezvous.join(context, plan.train().communication(), traffic)) {
      ReplicaServices services =
          new ReplicaServices(
              store,
              communicator,
              device,
              progress,
              () -> shutdown.getAsBoolean() || context.isInterrupted(),
              validation.isEmpty() ? Optional.empty() : Optional.of(validator));
      Ending ending = new ReplicaLoop(plan, services).run();
      if (ending.reason() == Ending.Reason.STOPPED) {
        LOG.info(
            "rank={} ends; everything up to step {} is saved",
            context.partitionId(),
            ending.step());
        boolean here = shutdown.getAsBoolean();
        if (!here) {
          awaitKill(context);
        }
        throw new ToldToEndException(here, ending.step());
      }
    } catch (CommunicationException e) {
      awaitKill(context);
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException("rank=" + context.partitionId() + " " + e.getMessage(), e);
    }
    return JavaConverters.asScalaIteratorConverter(List.of(context.partitionId()).iterator())
        .asScala();
  }

  /** What a peer returned before its stage failed may still count: it is not started again then. */
  private static void requireAll(BarrierTaskContext context, int replicas) {
    int started = context.getTaskInfos().length;
    if (started != replicas) {
      throw new IllegalStateException(
          "rank="
              + context.partitionId()
              + " is one of "
              + started
              + " replicas that Spark has started, but "
              + replicas
              + " train. All of them start again");
    }
  }

  /**
   * Leaves a peer that failed or was told to end the time to say why. Spark ends all tasks of a
   * barrier stage at the first failure, and theirs are then reported as killed: were this one
   * first, the cause would be lost.
   */
  private static void awaitKill(TaskContext context) {
    long end = System.nanoTime() + CAUSE.toNanos();
    try {
      while (!context.isInterrupted() && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Validator validator(FileStore store, ComputeDevice device) {
    return new BenchmarkValidator(
        store, device, validation, plan.train().validation().protocol(), plan.network().scale());
  }

  private ComputeDevice device(TaskContext context) {
    OptionalInt assigned = TaskDevice.assigned(context.resourcesJMap());
    ComputeDevice device = plan.train().device().resolve(assigned, context.partitionId());
    LOG.info(
        "rank={} computes on {}; GPU assigned by Spark: {}",
        context.partitionId(),
        device,
        assigned.isPresent() ? assigned.getAsInt() : "none");
    return device;
  }
}
