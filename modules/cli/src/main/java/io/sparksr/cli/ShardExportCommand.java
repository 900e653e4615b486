package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.core.config.ResolvedConfig;
import io.sparksr.core.io.Uris;
import io.sparksr.jobs.Outcome;
import io.sparksr.jobs.ShardExportJob;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code shard export}: a data set for other programs. */
@Command(name = "export", description = "Writes shards in a form that other programs read.")
final class ShardExportCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Option(
      names = "--shards",
      paramLabel = "URI",
      required = true,
      description = "Folder of the shards.")
  private String shards;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      required = true,
      description =
          "webdataset: a tar per shard with PNG pairs and JSON; folders: PNG files in HR/ and LR/.")
  private String format;

  /**
   * Writes the export.
   *
   * @throws UserException (configuration or input) what the user has to mend
   */
  @Override
  public Integer call() throws IOException {
    ShardExportJob.Request request =
        new ShardExportJob.Request(
            shards, output.uri(), output.existing(), ShardExportJob.Format.named(format));
    ResolvedConfig config = common.load();
    try (SparkContexts spark = SparkContexts.open("shard export", common, config, "shard")) {
      Outcome<ShardExportJob.Manifest> outcome =
          new ShardExportJob(spark.jobContext()).run(request);
      TextTable table = new TextTable("format", "crops", "tar files");
      table.row(
          outcome.manifest().format(),
          outcome.manifest().rows(),
          outcome.manifest().files().size());
      Results results = new Results(spec);
      results.table(table);
      String manifest = Uris.child(outcome.uri(), ShardExportJob.Manifest.NAME);
      results.made("export", manifest, outcome.made());
    }
    return 0;
  }
}
