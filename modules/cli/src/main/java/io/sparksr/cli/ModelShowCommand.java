package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.jobs.ModelDetails;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.TensorSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code model show}. */
@Command(
    name = "show",
    description = "Shows what a model is made of, its ranges, its tensors and where it comes from.")
final class ModelShowCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "URI", description = "A run, a checkpoint or a model folder.")
  private String model;

  /**
   * Prints tables.
   *
   * @throws UserException (input) if there is no model
   */
  @Override
  public Integer call() throws IOException {
    ModelDetails details = ModelDetails.of(SparkContexts.files(common.load()), model);
    Results results = new Results(spec);
    results.table(
        table(details.description())
            .row("parameters", String.valueOf(details.parameters()))
            .row("SHA-256 of the weights", details.fingerprint()));
    TextTable tensors = new TextTable("tensor", "shape", "kind");
    for (TensorSpec tensor : details.tensors()) {
      String shape =
          Arrays.stream(tensor.shape()).mapToObj(Long::toString).collect(Collectors.joining("x"));
      tensors.row(tensor.name(), shape, tensor.buffer() ? "statistic" : "parameter");
    }
    results.table(tensors);
    results.path("model", details.folder());
    return 0;
  }

  /** Settings, ranges and origin. */
  static TextTable table(ModelDescription description) {
    TextTable table =
        new TextTable("property", "value")
            .row("network", description.network())
            .row("channels", description.channels())
            .row("blocks", description.blocks())
            .row("kernels", description.largeKernel() + " and " + description.smallKernel())
            .row("scale", description.scale())
            .row("input range", description.inputRange())
            .row("output range", description.outputRange());
    ModelDescription.Origin origin = description.origin();
    if (origin == null) {
      return table.row("source", "trained for " + description.step() + " steps");
    }
    return table.row("source", origin.uri()).row("source SHA-256", origin.sha256());
  }
}
