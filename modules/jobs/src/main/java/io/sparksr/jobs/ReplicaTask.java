package io.sparksr.jobs;

import io.sparksr.collective.Communicator;
import io.sparksr.training.ReplicaLoop;
import io.sparksr.training.TrainingPlan;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.LongAccumulator;

/** One replica as a barrier task. */
record ReplicaTask(TrainingPlan plan, RemoteFiles files, LongAccumulator counter, LatestText text)
    implements FlatMapFunction<Iterator<Integer>, Integer>, Serializable {

  @Override
  public Iterator<Integer> call(Iterator<Integer> ranks) throws IOException {
    BarrierTaskContext context = BarrierTaskContext.get();
    try (Communicator communicator =
        BarrierRendezvous.join(context, plan.train().communication())) {
      new ReplicaLoop(plan, files.store(), communicator, this::progress).run();
    }
    return List.of(context.partitionId()).iterator();
  }

  private void progress(long step, double loss, double imagesPerSecond) {
    counter.add(step - counter.value());
    text.add(
        Double.isNaN(loss)
            ? String.format(Locale.ROOT, "%.1f images/s", imagesPerSecond)
            : String.format(Locale.ROOT, "loss %.4f, %.1f images/s", loss, imagesPerSecond));
  }
}
