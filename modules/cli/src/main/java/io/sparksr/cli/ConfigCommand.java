package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.core.config.ConfigReference;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code config show}. */
@Command(
    name = "config",
    description = "Shows the settings and where each value came from.",
    subcommands = {ConfigCommand.Show.class, ConfigCommand.Reference.class})
final class ConfigCommand {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Explains this command.")
  boolean help;

  /** Lists resolved settings. */
  @Command(
      name = "show",
      description = "Lists settings with value, origin and meaning; the output is HOCON.")
  static final class Show implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Spec private CommandSpec spec;

    @Parameters(
        arity = "0..1",
        paramLabel = "KEY",
        description = "A section or key, such as train or train.batch-size; all without it.")
    private String key;

    /**
     * Prints the listing.
     *
     * @throws UserException (configuration) if the configuration is wrong or has no such key
     */
    @Override
    public Integer call() {
      String listing = common.load().describe(Optional.ofNullable(key));
      spec.commandLine().getOut().print(listing);
      spec.commandLine().getOut().flush();
      return 0;
    }
  }

  /** Prints the configuration reference. */
  @Command(
      name = "reference",
      description = "Prints every key with its default and meaning, as Markdown.")
  static final class Reference implements Callable<Integer> {
    @Mixin CommonOptions common;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      spec.commandLine().getOut().print(ConfigReference.markdown());
      spec.commandLine().getOut().flush();
      return 0;
    }
  }
}
