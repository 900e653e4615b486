package io.sparksr.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code model}: weights that come from elsewhere, models for elsewhere, and a look at models. */
@Command(
    name = "model",
    description = "Imports weights of other programs, exports models for them, and shows models.",
    subcommands = {ModelImportCommand.class, ModelExportCommand.class, ModelShowCommand.class})
final class ModelCommand {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Explains this command.")
  boolean help;
}
