package io.sparksr.training;

import io.sparksr.data.Batch;
import io.sparksr.data.BatchLoader;
import io.sparksr.training.Validation.Outcome;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One replica's steps, from where it begins until the last one, a stop, or a diverged loss. */
final class TrainingSession {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingSession.class);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final TrainSettings settings;
  private final ReplicaServices services;
  private final TrainingStep training;
  private final RunRecord record;
  private final double learningRateFactor;
  private final Optional<Validation> validation;
  private final StepClock clock = new StepClock();
  private final Averaging averaging;
  private final WeightCheck weights;
  private final DivergenceGuard guard;
  private final StepMeter meter;
  private Outcome outcome = Outcome.NONE;
  private boolean warned;

  TrainingSession(
      TrainSettings settings,
      ReplicaServices services,
      TrainingStep training,
      RunRecord record,
      double learningRateFactor) {
    this.settings = settings;
    this.services = services;
    this.training = training;
    this.record = record;
    this.learningRateFactor = learningRateFactor;
    this.validation =
        services
            .validator()
            .map(
                validator ->
                    new Validation(
                        validator, services.communicator(), settings.validation().pictures()));
    this.averaging = new Averaging(services.communicator(), clock, settings.batchNorm());
    this.weights = new WeightCheck(services.communicator(), settings.verifyWeightsEvery());
    this.guard = new DivergenceGuard(settings.divergence(), training.losses());
    this.meter =
        new StepMeter(services.communicator(), clock, training.losses(), settings.globalBatch());
  }

  /**
   * Trains.
   *
   * @param first steps completed before
   * @throws DivergedException on all replicas after the same step
   */
  Ending run(BatchLoader batches, long first, long stepsPerEpoch) throws IOException {
    meter.restart();
    boolean stop = false;
    long done = first;
    while (done < settings.steps() && !stop) {
      long start = System.nanoTime();
      Batch batch = batches.next();
      start = clock.add(StepClock.Part.DATA, start);
      double learningRate =
          learningRateFactor
              * settings.schedule().at(done, settings.steps(), settings.learningRate());
      double share = (double) batch.size() / settings.globalBatch();
      double[] losses = training.run(batch, share, learningRate, averaging);
      stop = averaging.sumLosses(losses, services.stopAsked().getAsBoolean());
      clock.add(StepClock.Part.COMPUTE, start);
      done++;
      guard.check(done, losses);
      meter.add(losses);
      weights.afterStep(training, done);
      afterStep(done, stop, (double) done / stepsPerEpoch, learningRate);
    }
    DivergenceGuard.checkValues(done, training.model());
    record.finish(training, done, outcome.scores());
    awaitRecord();
    return new Ending(
        done, done < settings.steps() ? Ending.Reason.STOPPED : Ending.Reason.FINISHED);
  }

  /**
   * No replica returns before everything is written: where one that was told to end did, the
   * replicas could begin again elsewhere at the checkpoint before. Rank 0 gives signs of life.
   */
  private void awaitRecord() throws IOException {
    boolean finished;
    do {
      finished = record.finished();
      if (!finished) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
    } while (averaging.anyReplica(!finished));
  }

  private void afterStep(long done, boolean stop, double epoch, double learningRate)
      throws IOException {
    if (services.communicator().rank() == 0) {
      services.listener().progress(done, meter.lastLoss(), meter.imagesPerSecond());
    }
    boolean last = done == settings.steps();
    boolean scored =
        validation.isPresent() && (last || done % settings.validation().every() == 0) && !stop;
    outcome = Outcome.NONE;
    if (last || stop || scored || done % settings.logEvery() == 0) {
      MetricsLine line = meter.line(done, epoch, learningRate);
      if (scored) {
        outcome = validation.get().run(training, done);
        line = line.with(outcome.scores());
      }
      record.log(line, outcome.pictures());
      if (services.communicator().rank() == 0) {
        services.listener().logged(line);
        warn(done, line);
      }
      // What follows, validation was: neither is a step's time.
      meter.restart();
    }
    long start = System.nanoTime();
    record.afterStep(training, done, outcome.scores());
    clock.add(StepClock.Part.SAVE, start);
  }

  /** Once for as long as the concern lasts. */
  private void warn(long done, MetricsLine line) {
    Optional<String> concern = training.concern(line.losses());
    if (concern.isPresent() && !warned) {
      LOG.warn("step {}: {}", done, concern.get());
    }
    warned = concern.isPresent();
  }
}
