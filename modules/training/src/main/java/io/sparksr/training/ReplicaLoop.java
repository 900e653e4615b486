package io.sparksr.training;

import io.sparksr.collective.Communicator;
import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.data.BatchLoader;
import io.sparksr.data.SampleOrder;
import io.sparksr.data.ShardDataset;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.TorchThreads;
import io.sparksr.nn.ValueRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Training as one replica sees it: resume, then batch after batch until the last step. All replicas
 * run the same loop and decide alike; rank 0 also writes metrics and checkpoints.
 */
public final class ReplicaLoop {
  /** Hears how training goes on; called on rank 0. */
  public interface Listener {
    /** After every step: how many are complete, its loss, and samples a second of all replicas. */
    void progress(long step, double loss, double imagesPerSecond);

    /** After every line of metrics. */
    default void logged(MetricsLine line) {}
  }

  private final TrainingPlan plan;
  private final TrainSettings settings;
  private final ReplicaServices services;
  private final Communicator communicator;
  private final CheckpointStore checkpoints;
  private final Rollbacks rollbacks;

  /** A replica that nobody stops and that scores nothing; the caller closes the communicator. */
  public ReplicaLoop(
      TrainingPlan plan,
      FileStore files,
      Communicator communicator,
      ComputeDevice device,
      Listener listener) {
    this(plan, ReplicaServices.of(files, communicator, device, listener));
  }

  /** A replica. */
  public ReplicaLoop(TrainingPlan plan, ReplicaServices services) {
    this.plan = plan;
    this.settings = plan.train();
    this.services = services;
    this.communicator = services.communicator();
    this.checkpoints = new CheckpointStore(services.files(), plan.outputUri());
    this.rollbacks = new Rollbacks(settings, checkpoints, communicator);
  }

  /**
   * Trains to the last step, or until a replica is asked to stop.
   *
   * @return the same on all replicas; everything is in a checkpoint
   * @throws UserException if the data set or a checkpoint is not what it should be, or the loss
   *     diverges and the run may not go back
   * @throws IOException if the storage fails; a checkpoint that can't be saved is an error
   */
  public Ending run() throws IOException {
    TorchThreads.use(plan.threads());
    Optional<Ending> ending = Optional.empty();
    while (ending.isEmpty()) {
      try {
        ending = Optional.of(fromNewestCheckpoint());
      } catch (DivergedException e) {
        rollbacks.after(e);
      }
    }
    return ending.get();
  }

  private Ending fromNewestCheckpoint() throws IOException {
    try (ShardDataset dataset = ShardDataset.open(services.files(), plan.shardsUri());
        TrainingStep training = TrainingSteps.create(plan, services.files(), services.device())) {
      SampleOrder order =
          new SampleOrder(dataset.manifest().blockRows(), settings.seed(), settings.globalBatch());
      long first = resume(training);
      try (BatchLoader batches =
              BatchLoader.start(
                  order,
                  dataset,
                  loaderOptions(first),
                  scaling(training.lrRange()),
                  scaling(training.hrRange()));
          RunRecord record = record(first)) {
        return new TrainingSession(
                settings, services, training, record, rollbacks.learningRateFactor())
            .run(batches, first, order.stepsPerEpoch());
      }
    }
  }

  /**
   * Rank 0 finds the newest checkpoint and tells the others, so that all begin at the same step.
   */
  private long resume(TrainingStep training) throws IOException {
    ByteBuffer found = ByteBuffer.allocate(Long.BYTES + Integer.BYTES);
    if (communicator.rank() == 0) {
      long newest = checkpoints.latest().orElse(0L);
      found.putLong(0, newest);
      found.putInt(Long.BYTES, newest > 0 ? checkpoints.state(newest).rollbacks() : 0);
    }
    communicator.broadcast(found, 0);
    long first = found.getLong(0);
    if (first > 0) {
      checkpoints.load(first, training);
    }
    rollbacks.beginAt(first, found.getInt(Long.BYTES));
    return first;
  }

  private RunRecord record(long step) throws IOException {
    return communicator.rank() == 0
        ? RunWriter.resume(plan, services.files(), checkpoints, step, rollbacks.count())
        : new RunRecord() {};
  }

  private static BatchLoader.Scaling scaling(ValueRange range) {
    return new BatchLoader.Scaling(range.scale(), range.shift());
  }

  private BatchLoader.Options loaderOptions(long step) {
    return new BatchLoader.Options(
        communicator.rank(),
        communicator.worldSize(),
        step,
        settings.augment() ? BatchLoader.Augment.ON : BatchLoader.Augment.OFF,
        settings.cacheBytes());
  }
}
