package io.sparksr.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code model}: weights that come from elsewhere, and a look at models. */
@Command(
    name = "model",
    description = "Imports weights of other programs and shows models.",
    subcommands = {ModelImportCommand.class, ModelShowCommand.class})
final class ModelCommand {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Explains this command.")
  boolean help;
}
