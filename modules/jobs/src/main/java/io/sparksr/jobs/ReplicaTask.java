package io.sparksr.jobs;

import io.sparksr.collective.Communicator;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.training.ReplicaLoop;
import io.sparksr.training.TrainingPlan;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.util.LongAccumulator;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;

/**
 * One replica as a barrier task. The barrier API takes Scala functions only.
 *
 * @see TrainJob
 */
final class ReplicaTask extends AbstractFunction1<Iterator<Integer>, Iterator<Integer>>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final TrainingPlan plan;
  private final RingTraffic traffic;
  private final RemoteFiles files;
  private final LongAccumulator counter;
  private final LatestText text;

  ReplicaTask(
      TrainingPlan plan,
      RingTraffic traffic,
      RemoteFiles files,
      LongAccumulator counter,
      LatestText text) {
    this.plan = plan;
    this.traffic = traffic;
    this.files = files;
    this.counter = counter;
    this.text = text;
  }

  @Override
  public Iterator<Integer> apply(Iterator<Integer> ranks) {
    BarrierTaskContext context = BarrierTaskContext.get();
    ComputeDevice device =
        plan.train().device().resolve(assignedGpu(context), context.partitionId());
    try (Communicator communicator =
        BarrierRendezvous.join(context, plan.train().communication(), traffic)) {
      new ReplicaLoop(plan, files.store(), communicator, device, this::progress).run();
    } catch (IOException e) {
      throw new UncheckedIOException("rank=" + context.partitionId() + " " + e.getMessage(), e);
    }
    return JavaConverters.asScalaIteratorConverter(List.of(context.partitionId()).iterator())
        .asScala();
  }

  /** The address of the GPU that Spark assigned to a task, if any. */
  static OptionalInt assignedGpu(TaskContext context) {
    ResourceInformation gpu = context.resourcesJMap().get("gpu");
    return gpu == null
        ? OptionalInt.empty()
        : OptionalInt.of(Integer.parseInt(gpu.addresses()[0].trim()));
  }

  private void progress(long step, double loss, double imagesPerSecond) {
    counter.add(step - counter.value());
    text.add(
        Double.isNaN(loss)
            ? String.format(Locale.ROOT, "%.1f images/s", imagesPerSecond)
            : String.format(Locale.ROOT, "loss %.4f, %.1f images/s", loss, imagesPerSecond));
  }
}
