package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.core.config.ResolvedConfig;
import io.sparksr.jobs.Existing;
import io.sparksr.jobs.UpscaleJob;
import io.sparksr.jobs.UpscaleManifest;
import io.sparksr.jobs.UpscalePlan;
import io.sparksr.jobs.UpscaleSettings;
import io.sparksr.jobs.UpscaleWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code upscale}: images to larger images. */
@Command(name = "upscale", description = "Enlarges images, one file or everything below a folder.")
final class UpscaleCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "URI",
      defaultValue = UpscaleJob.BUNDLED_MODEL,
      description =
          "Run (or RUN@best, RUN@STEP), checkpoint or model folder. Without it, the small 4x network"
              + " that comes along.")
  private String model;

  @Option(
      names = "--input",
      paramLabel = "URI",
      required = true,
      description = "Folder or file of images.")
  private String input;

  @Option(
      names = "--output",
      paramLabel = "URI",
      required = true,
      description = "Folder of the results; for one input file also a .png, .jpg or .webp file.")
  private String output;

  @Option(
      names = "--overwrite",
      description = "Makes everything anew, also what is there and current.")
  private boolean overwrite;

  @ArgGroup private Mode mode = new Mode();

  /** What to do other than to enlarge what is there; one at most. */
  private static final class Mode {
    @Option(
        names = "--dry-run",
        description = "Only says what would be done: images, pixels, estimated time.")
    private boolean dryRun;

    @Option(
        names = "--watch",
        description = "Goes on with what arrives in the input folder, until it is interrupted.")
    private boolean watch;
  }

  /**
   * Enlarges and prints what became of the inputs.
   *
   * @throws UserException (configuration or input) what the user has to mend
   */
  @Override
  public Integer call() throws IOException {
    ResolvedConfig config = common.load();
    UpscaleJob.Request request =
        new UpscaleJob.Request(
            model,
            input,
            output,
            config.bind("upscale", UpscaleSettings.class),
            overwrite ? Existing.OVERWRITE : Existing.KEEP);
    if (mode.watch && overwrite) {
      throw UserException.configuration(
          "--watch: keeps what is there, so it does not go with --overwrite");
    }
    Results results = new Results(spec);
    try (SparkContexts spark = SparkContexts.open("upscale", common, config, "upscale")) {
      if (mode.dryRun) {
        results.table(table(new UpscaleJob(spark.jobContext()).plan(request)));
      } else if (mode.watch) {
        new UpscaleWatch(spark.jobContext(), request)
            .run(() -> Thread.currentThread().isInterrupted(), made -> results.table(table(made)));
      } else {
        UpscaleJob.Result result = new UpscaleJob(spark.jobContext()).run(request);
        results.table(table(result));
        results.path("images", result.uri());
      }
    }
    return 0;
  }

  /** What became of the inputs. */
  static TextTable table(UpscaleJob.Result result) {
    List<UpscaleManifest.Entry> entries = result.manifest().entries();
    int failed = result.manifest().failed().size();
    long pixels = entries.stream().mapToLong(e -> (long) e.width() * e.height()).sum();
    TextTable table =
        new TextTable("inputs", "made now", "made before", "failed", "first of several", "MPix");
    table.row(
        entries.size(),
        result.made() - failed,
        result.kept(),
        failed,
        entries.stream().filter(entry -> !entry.note().isEmpty()).count(),
        megapixels(pixels));
    return table;
  }

  private static TextTable table(UpscalePlan plan) {
    TextTable table =
        new TextTable("to make", "made before", "failing", "MPix in", "MPix out", "estimate");
    Duration estimate = Duration.ofSeconds(Math.round(plan.secondsEstimated()));
    table.row(
        plan.todo().size(),
        plan.kept().size(),
        plan.failed().size(),
        megapixels(plan.pixels()),
        megapixels(plan.pixelsOut()),
        String.format(
            Locale.ROOT,
            "%d:%02d:%02d",
            estimate.toHours(),
            estimate.toMinutesPart(),
            estimate.toSecondsPart()));
    return table;
  }

  private static String megapixels(long pixels) {
    return String.format(Locale.ROOT, "%.2f", pixels / 1e6);
  }
}
