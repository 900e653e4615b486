package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.jobs.ImportJob;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.ValueRange;
import io.sparksr.nn.foreign.ModelImport;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code model import}: a file of weights to a model folder. */
@Command(
    name = "import",
    description =
        "Makes a model folder of a PyTorch checkpoint (zip or legacy), a safetensors file or an"
            + " .npz. Nothing in the file is executed.")
final class ModelImportCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private OutputOptions outputs;
  @Spec private CommandSpec spec;

  @Option(names = "--input", paramLabel = "URI", required = true, description = "The file to read.")
  private String input;

  @Option(
      names = "--mapping",
      paramLabel = "URI",
      description =
          "Rules (JSON) that rename tensors, and the ranges of the pixels; see conf/mappings."
              + " The prefixes module. and net. need none.")
  private String mapping;

  @Option(
      names = "--input-range",
      paramLabel = "RANGE",
      description =
          "What the weights were trained with: imagenet, unit (0 to 1) or signed (-1 to 1)."
              + " Without it, what the mapping says, or the network's own.")
  private String inputRange;

  /**
   * Imports and prints what was found.
   *
   * @throws UserException (configuration or input) what the user has to mend
   */
  @Override
  public Integer call() throws IOException {
    ImportJob.Request request =
        new ImportJob.Request(
            input,
            outputs.uri(),
            Optional.ofNullable(mapping),
            Optional.ofNullable(inputRange).map(ModelImportCommand::range),
            outputs.existing());
    ModelImport imported = new ImportJob(SparkContexts.files(common.load())).run(request);
    ModelDescription.Origin origin = imported.description().origin();
    Results results = new Results(spec);
    results.path("read", origin.format() + (origin.part().isEmpty() ? "" : ", " + origin.part()));
    origin.rules().forEach(rule -> results.path("renamed", rule));
    results.path("left out", leftOut(imported.leftOut()));
    results.table(ModelShowCommand.table(imported.description()));
    results.path("model", outputs.uri());
    return 0;
  }

  private static String leftOut(List<String> names) {
    if (names.isEmpty()) {
      return "nothing";
    }
    String first = String.join(", ", names.stream().limit(3).toList());
    return names.size() + " tensors (" + first + (names.size() > 3 ? ", ..." : "") + ")";
  }

  private static ValueRange range(String name) {
    try {
      return ValueRange.of("--input-range", name);
    } catch (IllegalArgumentException e) {
      throw UserException.configuration(e.getMessage());
    }
  }
}
