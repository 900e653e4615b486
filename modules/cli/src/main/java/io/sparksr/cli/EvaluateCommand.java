package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.core.config.ResolvedConfig;
import io.sparksr.evaluation.report.EvaluationReport;
import io.sparksr.jobs.BrokenImages;
import io.sparksr.jobs.EvaluateJob;
import io.sparksr.jobs.EvaluateSettings;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code evaluate}: models and benchmark folders to a report. */
@Command(name = "evaluate", description = "Computes PSNR and SSIM of models on benchmark folders.")
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "[NAME=]URI|bicubic|nearest|lanczos",
      arity = "1..*",
      required = true,
      description =
          "Runs (the newest checkpoint; RUN@best the best by validation, RUN@STEP that of a step),"
              + " checkpoints or model folders; bicubic, the baseline; nearest, repeated pixels;"
              + " lanczos, Pillow's.")
  private List<String> models;

  @Option(
      names = "--set",
      paramLabel = "[NAME=]URI",
      arity = "1..*",
      required = true,
      description = "Folders of HR images.")
  private List<String> sets;

  @Option(
      names = "--lr",
      paramLabel = "SET=URI",
      arity = "1..*",
      description =
          "Folders of given LR images of sets, such as the published LRbicx4, instead of LR made by"
              + " the protocol. Names match those of HR, possibly with x4 behind; HR is then cut"
              + " at the right and bottom.")
  private List<String> lr = List.of();

  @Option(
      names = "--output",
      paramLabel = "URI",
      required = true,
      description = "Folder of the report (file, hdfs, s3a).")
  private String output;

  @Option(
      names = "--allow-missing",
      description =
          "Leaves images that can't be scored out of the means and lists them in the report."
              + " Without it, the first one ends the evaluation.")
  private boolean allowMissing;

  /**
   * Evaluates and prints the means.
   *
   * @throws UserException (configuration or input) what the user has to mend
   */
  @Override
  public Integer call() throws IOException {
    ResolvedConfig config = common.load();
    EvaluateJob.Request request =
        new EvaluateJob.Request(
            models,
            sets,
            lr,
            output,
            "Evaluation",
            List.of(),
            config.bind("evaluate", EvaluateSettings.class),
            allowMissing ? BrokenImages.LEAVE_OUT : BrokenImages.FAIL);
    try (SparkContexts spark = SparkContexts.open("evaluate", common, config, "evaluate")) {
      EvaluateJob.Result result = new EvaluateJob(spark.jobContext()).run(request);
      Results results = new Results(spec);
      results.table(table(result.report()));
      results.path("report", result.html());
    }
    return 0;
  }

  /** The means of a report, one row per model, set and protocol. */
  static TextTable table(EvaluationReport report) {
    TextTable table =
        new TextTable("model", "set", "protocol", "images", "PSNR dB", "SSIM", "gain dB");
    for (EvaluationReport.Result row : report.results()) {
      table.row(
          row.model(),
          row.set(),
          row.protocol(),
          row.images(),
          String.format(Locale.ROOT, "%.3f", row.psnr()),
          String.format(Locale.ROOT, "%.4f", row.ssim()),
          report.gain(row).map(g -> String.format(Locale.ROOT, "%+.3f", g.psnr())).orElse(""));
    }
    return table;
  }
}
