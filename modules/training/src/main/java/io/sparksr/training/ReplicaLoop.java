package io.sparksr.training;

import io.sparksr.collective.Communicator;
import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.data.Batch;
import io.sparksr.data.BatchLoader;
import io.sparksr.data.SampleOrder;
import io.sparksr.data.ShardDataset;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.TorchThreads;
import io.sparksr.nn.ValueRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Training as one replica sees it: resume, then batch after batch until the last step. All replicas
 * run the same loop; rank 0 also writes metrics and checkpoints.
 */
public final class ReplicaLoop {
  /** Hears how training goes on; called on rank 0. */
  public interface Listener {
    /**
     * After every step: how many are complete, the last known loss, and samples a second of all
     * replicas.
     */
    void progress(long step, double loss, double imagesPerSecond);
  }

  private final TrainingPlan plan;
  private final TrainSettings settings;
  private final FileStore files;
  private final Communicator communicator;
  private final ComputeDevice device;
  private final Listener listener;
  private final CheckpointStore checkpoints;
  private final StepClock clock = new StepClock();
  private double[] lossSums = {};
  private double lastLoss = Double.NaN;
  private MetricsLog metrics;
  private long savedStep = -1;

  /** A replica on a device; the caller closes the communicator. */
  public ReplicaLoop(
      TrainingPlan plan,
      FileStore files,
      Communicator communicator,
      ComputeDevice device,
      Listener listener) {
    this.plan = plan;
    this.settings = plan.train();
    this.files = files;
    this.communicator = communicator;
    this.device = device;
    this.listener = listener;
    this.checkpoints = new CheckpointStore(files, plan.outputUri());
  }

  /**
   * Trains to the last step.
   *
   * @throws UserException if the data set or a checkpoint is not what it should be, or the loss is
   *     no longer a number
   * @throws IOException if the storage fails; a checkpoint that can't be saved is an error
   */
  public void run() throws IOException {
    TorchThreads.use(plan.threads());
    try (ShardDataset dataset = ShardDataset.open(files, plan.shardsUri());
        TrainingStep training = TrainingSteps.create(plan, device)) {
      SampleOrder order =
          new SampleOrder(dataset.manifest().blockRows(), settings.seed(), settings.globalBatch());
      long step = resume(training);
      try (BatchLoader batches =
          BatchLoader.start(
              order,
              dataset,
              loaderOptions(step),
              scaling(training.lrRange()),
              scaling(training.hrRange()))) {
        train(training, batches, order, step);
      }
    }
  }

  private void train(TrainingStep training, BatchLoader batches, SampleOrder order, long first)
      throws IOException {
    Averaging averaging = new Averaging(communicator, clock);
    clock.restart();
    lossSums = new double[training.losses().size()];
    for (long step = first; step < settings.steps(); step++) {
      long start = System.nanoTime();
      Batch batch = batches.next();
      clock.add(StepClock.Part.DATA, start);
      double learningRate = settings.schedule().at(step, settings.steps(), settings.learningRate());
      double share = (double) batch.size() / settings.globalBatch();
      start = System.nanoTime();
      addLosses(training.run(batch, share, learningRate, averaging));
      clock.add(StepClock.Part.COMPUTE, start);
      clock.stepDone();
      afterStep(training, order, step + 1, learningRate);
    }
    save(training, settings.steps());
  }

  private void addLosses(double[] losses) {
    for (int i = 0; i < losses.length; i++) {
      lossSums[i] += losses[i];
    }
  }

  private void afterStep(TrainingStep training, SampleOrder order, long done, double learningRate)
      throws IOException {
    if (communicator.rank() == 0) {
      listener.progress(done, lastLoss, clock.stepsPerSecond() * settings.globalBatch());
    }
    if (done % settings.logEvery() == 0 || done == settings.steps()) {
      log(training.losses(), done, (double) done / order.stepsPerEpoch(), learningRate);
    }
    if (done % settings.checkpointEvery() == 0) {
      save(training, done);
    }
  }

  /**
   * Averages the losses and the times over the replicas; every replica sees the same losses and so
   * stops at the same step.
   */
  private void log(List<String> names, long done, double epoch, double learningRate)
      throws IOException {
    double communicate = clock.meanMillis(StepClock.Part.COMMUNICATE);
    double[] times = {
      clock.meanMillis(StepClock.Part.DATA) / communicator.worldSize(),
      (clock.meanMillis(StepClock.Part.COMPUTE) - communicate) / communicator.worldSize(),
      communicate / communicator.worldSize()
    };
    communicator.allReduceSum(DoubleBuffer.wrap(times));
    communicator.allReduceSum(DoubleBuffer.wrap(lossSums));
    Map<String, Double> losses = new LinkedHashMap<>();
    for (int i = 0; i < lossSums.length; i++) {
      losses.put(names.get(i), lossSums[i] / clock.steps());
    }
    lastLoss = losses.get(MetricsLine.LOSS);
    requireFinite(losses, done);
    if (communicator.rank() == 0) {
      double imagesPerSecond = clock.stepsPerSecond() * settings.globalBatch();
      metrics.add(
          new MetricsLine(
              done, epoch, losses, learningRate, imagesPerSecond, times[0], times[1], times[2]));
    }
    Arrays.fill(lossSums, 0);
    clock.restart();
  }

  private static void requireFinite(Map<String, Double> losses, long done) {
    losses.forEach((name, value) -> requireFinite(name, value, done));
  }

  private static void requireFinite(String name, double value, long done) {
    if (!Double.isFinite(value)) {
      throw UserException.input(
          "training diverged: "
              + (name.equals(MetricsLine.LOSS) ? "the loss" : "the loss '" + name + "'")
              + " is "
              + value
              + " at step "
              + done
              + ". Train into another --output with a smaller train.learning-rate, or with"
              + " train.clip-norm");
    }
  }

  private void save(TrainingStep training, long done) throws IOException {
    if (communicator.rank() != 0 || savedStep == done) {
      return;
    }
    // What diverged must not become the newest checkpoint.
    for (int i = 0; i < lossSums.length; i++) {
      requireFinite(training.losses().get(i), lossSums[i], done);
    }
    checkpoints.save(training, new CheckpointState(done, plan.identity(), List.of()));
    metrics.write();
    checkpoints.keepNewest(settings.keepCheckpoints());
    savedStep = done;
  }

  /**
   * Rank 0 finds the newest checkpoint and tells the others, so that all begin at the same step.
   */
  private long resume(TrainingStep training) throws IOException {
    ByteBuffer step = ByteBuffer.allocate(Long.BYTES);
    if (communicator.rank() == 0) {
      step.putLong(0, checkpoints.latest().orElse(0L));
    }
    communicator.broadcast(step, 0);
    long first = step.getLong(0);
    if (first > 0) {
      checkpoints.load(first, training);
      savedStep = first;
    }
    metrics = MetricsLog.resume(files, plan.outputUri(), first);
    return first;
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
