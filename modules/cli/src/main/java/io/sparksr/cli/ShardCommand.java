package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.core.config.ResolvedConfig;
import io.sparksr.core.io.Uris;
import io.sparksr.data.ShardEntry;
import io.sparksr.data.ShardManifest;
import io.sparksr.data.ShardSettings;
import io.sparksr.jobs.Existing;
import io.sparksr.jobs.Outcome;
import io.sparksr.jobs.ShardJob;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code shard}: an index to shards. */
@Command(
    name = "shard",
    description = "Cuts HR crops with their LR pairs into shards; checks and exports them.",
    subcommands = {ShardVerifyCommand.class, ShardExportCommand.class})
final class ShardCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  /** Not required by picocli, which would ask for them before subcommands too. */
  @Option(names = "--index", paramLabel = "URI", description = "Folder of the index; required.")
  private String index;

  @Option(
      names = "--output",
      paramLabel = "URI",
      description = "Folder to make (file, hdfs, s3a); required.")
  private String output;

  @Option(
      names = "--overwrite",
      description =
          "Replaces what an earlier run made there. Without it, the same is kept or completed,"
              + " and anything else refused.")
  private boolean overwrite;

  /**
   * Makes the shards and prints what is in them.
   *
   * @throws UserException (configuration or input) what the user has to mend
   */
  @Override
  public Integer call() throws IOException {
    require("--index=URI", index);
    require("--output=URI", output);
    ResolvedConfig config = common.load();
    ShardJob.Request request =
        new ShardJob.Request(
            index,
            output,
            overwrite ? Existing.OVERWRITE : Existing.KEEP,
            config.bind("shard", ShardSettings.class));
    try (SparkContexts spark = SparkContexts.open("shard", common, config, "shard")) {
      report(new ShardJob(spark.jobContext()).run(request));
    }
    return 0;
  }

  private void require(String option, String value) {
    if (value == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '" + option + "'");
    }
  }

  private void report(Outcome<ShardManifest> outcome) {
    ShardManifest manifest = outcome.manifest();
    long bytes = manifest.shards().stream().mapToLong(ShardEntry::bytes).sum();
    TextTable table = new TextTable("shards", "images", "rejected", "crops", "HR", "LR", "size");
    table.row(
        manifest.shards().size(),
        manifest.images(),
        manifest.rejected().count(),
        manifest.rows(),
        manifest.cropSize() + " px",
        manifest.lrSize() + " px",
        Results.size(bytes));
    Results results = new Results(spec);
    results.table(table);
    results.made("shards", Uris.child(outcome.uri(), ShardManifest.NAME), outcome.made());
  }
}
