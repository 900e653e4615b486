package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.core.config.ResolvedConfig;
import io.sparksr.core.io.Uris;
import io.sparksr.data.IndexSettings;
import io.sparksr.data.ShardSettings;
import io.sparksr.evaluation.report.HtmlReport.Fact;
import io.sparksr.jobs.BrokenImages;
import io.sparksr.jobs.EvaluateJob;
import io.sparksr.jobs.EvaluateSettings;
import io.sparksr.jobs.Existing;
import io.sparksr.jobs.IndexJob;
import io.sparksr.jobs.JobContext;
import io.sparksr.jobs.Resume;
import io.sparksr.jobs.ShardJob;
import io.sparksr.jobs.SynthesizeJob;
import io.sparksr.jobs.SynthesizeSettings;
import io.sparksr.jobs.TrainJob;
import io.sparksr.jobs.UpscaleJob;
import io.sparksr.jobs.UpscaleSettings;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.training.TrainSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code quickstart}: the whole pipeline on images it makes itself. */
@Command(
    name = "quickstart",
    description = "Runs the whole pipeline in a few minutes on images it makes itself.")
final class QuickstartCommand implements Callable<Integer> {
  private static final String PRESET = "conf/quickstart.conf";
  private static final String TEST_SET = "leaves";

  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "runs/quickstart",
      description =
          "Folder for everything it makes (default: ${DEFAULT-VALUE}). What is complete there"
              + " already is kept; a run that was stopped goes on.")
  private Path dir;

  /**
   * Runs all steps and prints the scores.
   *
   * @throws UserException (configuration or input) what the user has to mend
   */
  @Override
  public Integer call() throws IOException {
    ResolvedConfig config = common.loadOver(PRESET);
    Settings settings = config.bindSections(Settings.class);
    try (SparkContexts spark =
        SparkContexts.open(
            "quickstart",
            common,
            config,
            "synthesize",
            "index",
            "shard",
            "network",
            "train",
            "evaluate",
            "upscale")) {
      run(
          spark.jobContext(),
          settings,
          config.render("network", "train"),
          dir.toAbsolutePath().normalize().toString());
    }
    return 0;
  }

  private void run(JobContext context, Settings settings, String configuration, String base)
      throws IOException {
    String images = Uris.child(base, "images");
    String heldOut = Uris.child(base, TEST_SET);
    SynthesizeJob synthesize = new SynthesizeJob(context);
    synthesize.run(new SynthesizeJob.Request(images, Existing.KEEP, settings.synthesize()));
    synthesize.run(
        new SynthesizeJob.Request(heldOut, Existing.KEEP, heldOut(settings.synthesize())));
    String index = Uris.child(base, "index");
    new IndexJob(context)
        .run(
            new IndexJob.Request(
                List.of(images), index, Optional.empty(), Existing.KEEP, settings.index()));
    String shards = Uris.child(base, "shards");
    new ShardJob(context).run(new ShardJob.Request(index, shards, Existing.KEEP, settings.shard()));
    String run = Uris.child(base, "run");
    TrainJob.Result trained =
        new TrainJob(context)
            .run(
                new TrainJob.Request(
                    shards,
                    run,
                    Resume.parse("auto"),
                    settings.network(),
                    settings.train(),
                    configuration));
    EvaluateJob.Result evaluated =
        new EvaluateJob(context)
            .run(
                new EvaluateJob.Request(
                    List.of("bicubic", settings.network().name() + "=" + run),
                    List.of(TEST_SET + "=" + heldOut),
                    Uris.child(base, "report"),
                    "SparkSR quickstart",
                    facts(settings, trained),
                    settings.evaluate(),
                    BrokenImages.FAIL));
    String upscaled = Uris.child(base, "upscaled");
    new UpscaleJob(context).run(new UpscaleJob.Request(run, heldOut, upscaled, settings.upscale()));
    Results results = new Results(spec);
    results.table(EvaluateCommand.table(evaluated.report()));
    results.path("model   ", trained.checkpoint());
    results.path("upscaled", upscaled);
    results.path("report  ", evaluated.html());
  }

  private static List<Fact> facts(Settings settings, TrainJob.Result trained) {
    NetworkSettings network = settings.network();
    return List.of(
        new Fact(
            "Network",
            network.name()
                + ", "
                + network.blocks()
                + " blocks of "
                + network.channels()
                + " channels"),
        new Fact(
            "Training",
            trained.lastStep()
                + " steps of "
                + settings.train().globalBatch()
                + " crops, "
                + settings.train().replicas()
                + " replicas"),
        new Fact(
            "Images",
            settings.synthesize().count()
                + " made-up photographs (dead leaves), none of the test set among them"));
  }

  /** As many as a benchmark has, from another seed. */
  private static SynthesizeSettings heldOut(SynthesizeSettings training) {
    return training.withCount(Math.max(1, training.count() / 6)).withSeed(training.seed() + 1);
  }

  /** The sections of the configuration that the pipeline reads. */
  private record Settings(
      SynthesizeSettings synthesize,
      IndexSettings index,
      ShardSettings shard,
      NetworkSettings network,
      TrainSettings train,
      EvaluateSettings evaluate,
      UpscaleSettings upscale) {}
}
