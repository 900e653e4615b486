package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.core.config.ResolvedConfig;
import io.sparksr.jobs.Outcome;
import io.sparksr.jobs.SynthesizeJob;
import io.sparksr.jobs.SynthesizeManifest;
import io.sparksr.jobs.SynthesizeSettings;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code synthesize}: images from nothing. */
@Command(
    name = "synthesize",
    description = "Makes stand-ins for photographs, with natural statistics.")
final class SynthesizeCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "How many; short for -D synthesize.count.")
  private String count;

  /**
   * Makes the images and prints what they are.
   *
   * @throws UserException (configuration or input) what the user has to mend
   */
  @Override
  public Integer call() throws IOException {
    ResolvedConfig config =
        count == null ? common.load() : common.load("synthesize.count=" + count);
    SynthesizeSettings settings = config.bind("synthesize", SynthesizeSettings.class);
    SynthesizeJob.Request request =
        new SynthesizeJob.Request(output.uri(), output.existing(), settings);
    try (SparkContexts spark = SparkContexts.open("synthesize", common, config, "synthesize")) {
      report(settings, new SynthesizeJob(spark.jobContext()).run(request));
    }
    return 0;
  }

  private void report(SynthesizeSettings settings, Outcome<SynthesizeManifest> outcome) {
    TextTable table = new TextTable("images", "pixels", "format", "size");
    table.row(
        outcome.manifest().count(),
        settings.width() + "x" + settings.height(),
        settings.format().name().toLowerCase(Locale.ROOT),
        Results.size(outcome.manifest().bytes()));
    Results results = new Results(spec);
    results.table(table);
    results.made("images", outcome.uri(), outcome.made());
  }
}
