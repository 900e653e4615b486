package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.Sha256;
import io.sparksr.core.io.Uris;
import io.sparksr.data.SampleOrder;
import io.sparksr.data.ShardDataset;
import io.sparksr.data.ShardManifest;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Precision;
import io.sparksr.training.CheckpointStore;
import io.sparksr.training.MetricsLine;
import io.sparksr.training.MetricsLog;
import io.sparksr.training.Objective;
import io.sparksr.training.TrainSettings;
import io.sparksr.training.TrainingIdentity;
import io.sparksr.training.TrainingPlan;
import io.sparksr.training.ValidationSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Data-parallel training: one barrier stage whose tasks are the replicas. Everything that can be
 * wrong is checked before the stage starts. If replicas fail, Spark runs the stage again and they
 * resume at the last checkpoint.
 */
public final class TrainJob {
  private static final Logger LOG = LoggerFactory.getLogger(TrainJob.class);
  static final String CONFIG = "config.conf";

  private final JobContext context;
  private final HadoopFileStore files;

  /** A job on a Spark context. */
  public TrainJob(JobContext context) {
    this.context = context;
    this.files = context.files();
  }

  /**
   * What to train.
   *
   * @param shards the data set's folder
   * @param output the run's folder
   * @param resume where to begin
   * @param network the generator
   * @param train how
   * @param configuration both as HOCON, for {@code config.conf}
   * @param kind of training
   * @param init what the generator's weights come from: URI of a run, a checkpoint, a model folder
   *     or a PyTorch checkpoint; without it they are random
   */
  public record Request(
      String shards,
      String output,
      Resume resume,
      NetworkSettings network,
      TrainSettings train,
      String configuration,
      Objective.Kind kind,
      Optional<String> init) {

    /** Training by a content loss from random weights. */
    public Request(
        String shards,
        String output,
        Resume resume,
        NetworkSettings network,
        TrainSettings train,
        String configuration) {
      this(
          shards,
          output,
          resume,
          network,
          train,
          configuration,
          Objective.Kind.CONTENT,
          Optional.empty());
    }
  }

  /**
   * A trained run.
   *
   * @param output the run's folder
   * @param firstStep where this call began
   * @param lastStep steps completed
   * @param checkpoint the newest checkpoint, which is also a model folder
   * @param lastMetrics the last line of the metrics, if any
   */
  public record Result(
      String output,
      long firstStep,
      long lastStep,
      String checkpoint,
      Optional<MetricsLine> lastMetrics) {}

  /**
   * Trains to the last step, or from a checkpoint on.
   *
   * @throws UserException if the data set, the output or the cluster does not fit the request; it
   *     names the remedy
   */
  public Result run(Request request) throws IOException {
    StartingPoint start = StartingPoint.read(files, request);
    TrainingPlan plan = plan(request, start);
    CheckpointStore checkpoints = new CheckpointStore(files, request.output());
    long first = prepareOutput(request, plan, checkpoints);
    if (first < request.train().steps()) {
      List<EvaluateTask.Item> validation = validation(request);
      files.writeBytes(
          Uris.child(request.output(), CONFIG),
          request.configuration().getBytes(StandardCharsets.UTF_8));
      start.write();
      new Preflight(context, request.train()).check(plan);
      new ReplicaStage(context, checkpoints).run(plan, validation, first);
    }
    long last = checkpoints.latest().orElseThrow();
    List<MetricsLine> metrics = MetricsLog.read(files, request.output());
    new TrainReport(context, files).write(request, last);
    return new Result(
        request.output(),
        first,
        last,
        checkpoints.uri(last),
        metrics.isEmpty() ? Optional.empty() : Optional.of(metrics.get(metrics.size() - 1)));
  }

  private List<EvaluateTask.Item> validation(Request request) throws IOException {
    ValidationSettings validation = request.train().validation();
    return validation.set().isEmpty()
        ? List.of()
        : BenchmarkValidator.items(
            files, validation.set(), validation.protocol(), request.network().scale());
  }

  private TrainingPlan plan(Request request, StartingPoint start) throws IOException {
    TrainSettings settings = request.train();
    ShardManifest manifest = ShardManifest.read(files, request.shards());
    if (manifest.scale() != request.network().scale()) {
      throw UserException.configuration(
          "network.scale: is "
              + request.network().scale()
              + ", but the shards in "
              + request.shards()
              + " were made with scale "
              + manifest.scale()
              + ". Set it to that, or shard again");
    }
    try (ShardDataset dataset = ShardDataset.open(files, request.shards(), manifest)) {
      dataset.checkSizes();
    }
    new SampleOrder(manifest.blockRows(), settings.seed(), settings.globalBatch());
    String shardsSha256 = Sha256.of(files, Uris.child(request.shards(), ShardManifest.NAME));
    Precision precision =
        TaskDevice.isGpu(settings.device(), context.spark().getConf())
            ? settings.precision().resolveForGpus()
            : settings.precision().resolve();
    return new TrainingPlan(
        request.network(),
        settings,
        start.objective(),
        precision,
        threads(settings),
        request.shards(),
        request.output(),
        start.identity(TrainingIdentity.of(request.network(), settings, precision, shardsSha256)));
  }

  /** Where to begin; removes newer checkpoints if asked to go back. */
  private long prepareOutput(Request request, TrainingPlan plan, CheckpointStore checkpoints)
      throws IOException {
    String output = request.output();
    boolean run = files.exists(Uris.child(output, CONFIG));
    if (!run && files.exists(output) && !files.list(output).isEmpty()) {
      throw UserException.input(
          output + ": is not empty and holds no run. Choose an empty or new folder as --output");
    }
    if (run && request.resume().mode() == Resume.Mode.NEVER) {
      throw UserException.input(
          output + ": already holds a run. Choose another --output, or go on with --resume auto");
    }
    Optional<Long> step =
        request.resume().mode() == Resume.Mode.AT
            ? Optional.of(request.resume().step().getAsLong())
            : checkpoints.latest();
    if (step.isEmpty()) {
      return 0;
    }
    Map<String, String> before = checkpoints.state(step.get()).identity();
    if (request.resume().changes() == Resume.Changes.ACCEPT) {
      TrainingIdentity.differences(before, plan.identity(), checkpoints.uri(step.get()))
          .forEach(difference -> LOG.warn("accepted: {}", difference));
    } else {
      TrainingIdentity.requireEqual(before, plan.identity(), checkpoints.uri(step.get()));
    }
    if (request.resume().mode() == Resume.Mode.AT) {
      checkpoints.removeAfter(step.get());
    }
    return step.get();
  }

  private int threads(TrainSettings settings) {
    if (settings.threads() > 0) {
      return settings.threads();
    }
    return Slots.cores(context.spark(), settings.replicas());
  }
}
