package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.core.config.ResolvedConfig;
import io.sparksr.jobs.DoctorJob;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code doctor}: what there is to compute with. */
@Command(
    name = "doctor",
    description = "Shows the native libraries and GPUs that are found, and tries them.")
final class DoctorCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Option(
      names = "--executors",
      paramLabel = "N",
      description = "Looks on the executors too, waiting for N task slots for up to half a minute.")
  private int executors;

  /**
   * Looks and prints.
   *
   * @throws UserException (configuration) if libtorch can't be loaded or a device computes wrongly
   */
  @Override
  public Integer call() {
    ResolvedConfig config = common.load();
    List<DoctorJob.Finding> findings = new ArrayList<>(List.of(DoctorJob.here()));
    if (executors > 0) {
      try (SparkContexts spark = SparkContexts.open("doctor", common, config)) {
        findings.addAll(new DoctorJob(spark.jobContext()).executors(executors));
      }
    }
    for (DoctorJob.Finding finding : findings) {
      TextTable table = new TextTable(finding.where(), "found");
      finding.facts().forEach(table::row);
      new Results(spec).table(table);
    }
    return 0;
  }
}
