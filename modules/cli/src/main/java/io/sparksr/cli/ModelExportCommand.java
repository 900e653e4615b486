package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.jobs.Existing;
import io.sparksr.jobs.ExportFormat;
import io.sparksr.jobs.ExportJob;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code model export}: a model for other programs. */
@Command(
    name = "export",
    description =
        "Writes a model for other programs: safetensors with PyTorch's names, a folder that DJL"
            + " loads, or ONNX.")
final class ModelExportCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "URI",
      required = true,
      description = "A run, a checkpoint or a model folder.")
  private String model;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      required = true,
      description =
          "safetensors: for load_state_dict in PyTorch; djl: for DJL's Criteria and its Spark"
              + " extension; onnx: opset 17, any batch, height and width.")
  private String format;

  @Option(
      names = "--output",
      paramLabel = "URI",
      required = true,
      description = "File to make; folder for djl (file, hdfs, s3a).")
  private String output;

  @Option(names = "--overwrite", description = "Replaces what is there.")
  private boolean overwrite;

  /**
   * Exports and prints what was written.
   *
   * @throws UserException (configuration or input) what the user has to mend
   */
  @Override
  public Integer call() throws IOException {
    ExportJob.Request request =
        new ExportJob.Request(
            model,
            ExportFormat.of("--format", format),
            output,
            overwrite ? Existing.OVERWRITE : Existing.KEEP);
    ExportJob.Exported exported = new ExportJob(SparkContexts.files(common.load())).run(request);
    Results results = new Results(spec);
    results.table(ModelShowCommand.table(exported.details().description()));
    TextTable table = new TextTable("file", "bytes");
    exported.bytes().forEach((uri, bytes) -> table.row(uri, String.valueOf(bytes)));
    results.table(table);
    results.path("exported", output);
    return 0;
  }
}
