package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.core.config.ResolvedConfig;
import io.sparksr.jobs.Resume;
import io.sparksr.jobs.TrainJob;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.training.MetricsLog;
import io.sparksr.training.Objective;
import io.sparksr.training.TrainSettings;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train}: shards to a run. */
@Command(
    name = "train",
    description = "Trains a network data-parallel on the shards.",
    subcommands = {TrainCommand.SrResNet.class, TrainCommand.SrGan.class})
final class TrainCommand {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Explains this command.")
  boolean help;

  /** Trains the configured generator by a content loss. */
  @Command(
      name = "srresnet",
      description = "Trains the configured generator (network.name) by a content loss.")
  static final class SrResNet extends Training {
    SrResNet() {
      super(Objective.Kind.CONTENT);
    }
  }

  /** Trains the configured generator against a discriminator. */
  @Command(
      name = "srgan",
      description =
          "Trains the configured generator against a discriminator (train.gan), usually from a"
              + " generator that train srresnet has trained (--init).")
  static final class SrGan extends Training {
    SrGan() {
      super(Objective.Kind.ADVERSARIAL);
    }
  }

  /** What all kinds of training have in common. */
  abstract static class Training implements Callable<Integer> {
    private final Objective.Kind kind;
    @Mixin private CommonOptions common;
    @Spec private CommandSpec spec;

    @Option(
        names = "--shards",
        paramLabel = "URI",
        required = true,
        description = "Folder of the shards.")
    private String shards;

    @Option(
        names = "--output",
        paramLabel = "URI",
        required = true,
        description = "Folder of the run (file, hdfs, s3a).")
    private String output;

    @Option(
        names = "--resume",
        paramLabel = "auto|never|STEP",
        defaultValue = "auto",
        description =
            "Where to begin if the output holds a run: at its newest checkpoint (auto, the"
                + " default), not at all (never), or at the checkpoint of a step, removing newer"
                + " ones.")
    private String resume;

    @Option(
        names = "--override",
        description =
            "Goes on from a checkpoint although the configuration differs from its own; the"
                + " differences are logged.")
    private boolean override;

    @Option(
        names = "--init",
        paramLabel = "URI",
        description =
            "What the generator's weights come from: a run, a checkpoint, a model folder, or a"
                + " PyTorch checkpoint with the tutorial's names. Without it they are random.")
    private String init;

    Training(Objective.Kind kind) {
      this.kind = kind;
    }

    /**
     * Trains and prints how it ended.
     *
     * @throws UserException (configuration or input) what the user has to mend
     */
    @Override
    public Integer call() throws IOException {
      ResolvedConfig config = common.load();
      Settings settings = config.bindSections(Settings.class);
      TrainJob.Request request =
          new TrainJob.Request(
              shards,
              output,
              resume(),
              settings.network(),
              settings.train(),
              config.render("network", "train"),
              kind,
              Optional.ofNullable(init));
      try (SparkContexts spark =
          SparkContexts.open("train " + spec.name(), common, config, "network", "train")) {
        report(new Results(spec), settings, new TrainJob(spark.jobContext()).run(request));
      }
      return 0;
    }

    private Resume resume() {
      try {
        Resume parsed = Resume.parse(resume);
        return override ? parsed.acceptingChanges() : parsed;
      } catch (IllegalArgumentException e) {
        throw UserException.configuration(e.getMessage());
      }
    }

    private static void report(Results results, Settings settings, TrainJob.Result result) {
      TextTable table = new TextTable("network", "from step", "to step", "loss", "images/s");
      table.row(
          settings.network().name(),
          result.firstStep(),
          result.lastStep(),
          result.lastMetrics().map(m -> String.format(Locale.ROOT, "%.5f", m.loss())).orElse("-"),
          result
              .lastMetrics()
              .map(m -> String.format(Locale.ROOT, "%.1f", m.imagesPerSecond()))
              .orElse("-"));
      results.table(table);
      results.path("model", result.checkpoint());
      results.path("metrics", MetricsLog.uri(result.output()));
    }
  }

  /** The sections of the configuration that training reads. */
  private record Settings(NetworkSettings network, TrainSettings train) {}
}
