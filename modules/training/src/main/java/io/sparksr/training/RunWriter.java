package io.sparksr.training;

import io.sparksr.core.io.FileStore;
import io.sparksr.evaluation.Score;
import io.sparksr.training.CheckpointState.Best;
import io.sparksr.training.CheckpointStore.Snapshot;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What rank 0 leaves of a run: checkpoints, metrics and TensorBoard's events. A thread of its own
 * writes them beside training: values are copied first, and at most one checkpoint is on its way.
 * What can't be written ends the run at the next call.
 */
final class RunWriter implements RunRecord {
  private static final Logger LOG = LoggerFactory.getLogger(RunWriter.class);

  /** Between two writes of events without a checkpoint, at least. */
  private static final long EVENTS_NANOS = TimeUnit.SECONDS.toNanos(15);

  /** Between two writes of metrics, this part of the time so far too: a write takes all of them. */
  private static final long METRICS_PART = 100;

  private static final long CLOSE_SECONDS = 120;

  private final TrainingPlan plan;
  private final CheckpointStore checkpoints;
  private final MetricsLog metrics;
  private final EventLog events;
  private final int rollbacks;
  private final Snapshots snapshots = new Snapshots();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread writer = new Thread(task, "run-writer");
            writer.setDaemon(true);
            return writer;
          });
  private Future<Void> writing = CompletableFuture.completedFuture(null);
  private Future<Void> closing = writing;
  private long savedStep;
  private long savedNanos = System.nanoTime();
  private final long begunNanos = System.nanoTime();
  private long eventsNanos = begunNanos;
  private long metricsNanos = begunNanos;
  private Best best;

  private RunWriter(
      TrainingPlan plan,
      CheckpointStore checkpoints,
      MetricsLog metrics,
      EventLog events,
      long step,
      int rollbacks)
      throws IOException {
    this.plan = plan;
    this.checkpoints = checkpoints;
    this.metrics = metrics;
    this.events = events;
    this.rollbacks = rollbacks;
    this.savedStep = step;
    this.best =
        checkpoints
            .best()
            .map(state -> new Best(state.step(), state.psnr().getAsDouble()))
            .orElse(null);
  }

  /**
   * Continues what a run has left.
   *
   * @param step steps completed, 0 or those of a checkpoint; what is later is done again
   * @param rollbacks how often the run has gone back
   */
  static RunWriter resume(
      TrainingPlan plan, FileStore files, CheckpointStore checkpoints, long step, int rollbacks)
      throws IOException {
    checkpoints.removeAfter(step);
    return new RunWriter(
        plan,
        checkpoints,
        MetricsLog.resume(files, plan.outputUri(), step),
        EventLog.resume(files, plan.outputUri(), step),
        step,
        rollbacks);
  }

  @Override
  public void log(MetricsLine line, List<EventLog.Picture> pictures) throws IOException {
    metrics.add(line);
    events.add(line, pictures);
    long now = System.nanoTime();
    if (now - eventsNanos > EVENTS_NANOS && writing.isDone()) {
      eventsNanos = now;
      await();
      if (now - metricsNanos > (now - begunNanos) / METRICS_PART) {
        metricsNanos = now;
        writing = submit(this::writeLogs);
      } else {
        writing = submit(this::writeEvents);
      }
    }
  }

  @Override
  public void afterStep(TrainingStep training, long step, Map<String, Score> scores)
      throws IOException {
    if (writing.isDone()) {
      await();
    }
    double minutes = (System.nanoTime() - savedNanos) / 60e9;
    if (step % plan.train().checkpointEvery() == 0
        || (plan.train().checkpointMinutes() > 0 && minutes >= plan.train().checkpointMinutes())
        || (plan.train().keepBest() > 0 && better(step, scores).isPresent())) {
      save(training, step, scores);
    }
  }

  /** Copies the values and leaves the rest to the thread. */
  private void save(TrainingStep training, long step, Map<String, Score> scores)
      throws IOException {
    if (savedStep == step) {
      return;
    }
    await();
    best = better(step, scores).orElse(best);
    Snapshot snapshot =
        snapshots.take(
            training,
            new CheckpointState(step, plan.identity(), rollbacks, scores, best, List.of()));
    savedStep = step;
    savedNanos = System.nanoTime();
    eventsNanos = savedNanos;
    metricsNanos = savedNanos;
    writing = submit(() -> write(snapshot));
  }

  /** This checkpoint, if its scores are better than those before. */
  private Optional<Best> better(long step, Map<String, Score> scores) {
    return scores.values().stream()
        .findFirst()
        .filter(score -> best == null || score.psnr() > best.psnr())
        .map(score -> new Best(step, score.psnr()));
  }

  private Void write(Snapshot snapshot) throws IOException {
    // The update may have made them so although the loss before it was fine; the next loss will
    // tell.
    if (!snapshot.model().stream().allMatch(t -> DivergenceGuard.finite(t.values()))) {
      LOG.warn("no checkpoint at step {}: weights are not finite", snapshot.state().step());
      return null;
    }
    metrics.write();
    events.seal();
    checkpoints.save(snapshot);
    checkpoints.retain(plan.train().keepCheckpoints(), plan.train().keepBest());
    return null;
  }

  private Void writeLogs() throws IOException {
    metrics.write();
    return writeEvents();
  }

  private Void writeEvents() throws IOException {
    events.write();
    return null;
  }

  @Override
  public void finish(TrainingStep training, long step, Map<String, Score> scores)
      throws IOException {
    save(training, step, scores);
    closing = submit(this::writeLogs);
  }

  @Override
  public boolean finished() throws IOException {
    if (!closing.isDone()) {
      return false;
    }
    await();
    writing = closing;
    await();
    return true;
  }

  private Future<Void> submit(Callable<Void> work) {
    return thread.submit(work);
  }

  /** Waits for what is being written, and fails as it failed. */
  private void await() throws IOException {
    try {
      writing.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a checkpoint was written", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw new IOException(
            "what a run leaves could not be written: " + failure.getMessage(), failure);
      }
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    }
  }

  /**
   * Lets what is being written be completed: where training failed it is what a rerun begins at.
   */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("a checkpoint is given up: it has not been written for {} s", CLOSE_SECONDS);
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
