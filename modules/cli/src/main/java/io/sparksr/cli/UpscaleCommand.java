package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.core.config.ResolvedConfig;
import io.sparksr.core.io.Uris;
import io.sparksr.jobs.UpscaleJob;
import io.sparksr.jobs.UpscaleManifest;
import io.sparksr.jobs.UpscaleSettings;
import java.io.IOException;
import java.util.concurrent.Callable;
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
      required = true,
      description = "Run (or RUN@best, RUN@STEP), checkpoint or model folder.")
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
      description = "Folder of the results; for one input file also a name ending in .png.")
  private String output;

  /**
   * Enlarges and prints what became of the inputs.
   *
   * @throws UserException (configuration or input) what the user has to mend
   */
  @Override
  public Integer call() throws IOException {
    ResolvedConfig config = common.load();
    UpscaleJob.Request request =
        new UpscaleJob.Request(model, input, output, config.bind("upscale", UpscaleSettings.class));
    try (SparkContexts spark = SparkContexts.open("upscale", common, config, "upscale")) {
      UpscaleJob.Result result = new UpscaleJob(spark.jobContext()).run(request);
      Results results = new Results(spec);
      results.table(table(result));
      results.path(
          "images", output.endsWith(".png") ? output : Uris.child(output, UpscaleManifest.NAME));
    }
    return 0;
  }

  /** What became of the inputs. */
  static TextTable table(UpscaleJob.Result result) {
    TextTable table = new TextTable("inputs", "made now", "made before", "failed");
    long failed =
        result.manifest().entries().stream()
            .filter(e -> e.status() == UpscaleManifest.Status.FAILED)
            .count();
    table.row(result.manifest().entries().size(), result.made() - failed, result.kept(), failed);
    return table;
  }
}
