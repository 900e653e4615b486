package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.core.config.ResolvedConfig;
import io.sparksr.data.ShardEntry;
import io.sparksr.jobs.VerifyJob;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code shard verify}: a data set against its manifest. */
@Command(name = "verify", description = "Reads every shard and compares it with the manifest.")
final class ShardVerifyCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "URI", description = "Folder of the shards.")
  private String shards;

  /**
   * Prints what was found.
   *
   * @throws UserException (input) naming every shard that is not what the manifest says
   */
  @Override
  public Integer call() throws IOException {
    ResolvedConfig config = common.load();
    VerifyJob.Result result;
    try (SparkContexts spark = SparkContexts.open("shard verify", common, config, "shard")) {
      result = new VerifyJob(spark.jobContext()).run(shards);
    }
    if (!result.problems().isEmpty()) {
      throw UserException.input(String.join("\n", result.problems()));
    }
    long bytes = result.manifest().shards().stream().mapToLong(ShardEntry::bytes).sum();
    TextTable table = new TextTable("shards", "crops", "size", "SHA-256");
    table.row(
        result.manifest().shards().size(),
        result.manifest().rows(),
        Results.size(bytes),
        "as in the manifest");
    new Results(spec).table(table);
    return 0;
  }
}
