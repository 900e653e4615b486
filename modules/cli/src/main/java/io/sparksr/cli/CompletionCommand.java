package io.sparksr.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code completion}: the script that teaches a shell the commands and options. */
@Command(
    name = "completion",
    description = "Prints a script that completes commands and options in bash and zsh.")
final class CompletionCommand implements Callable<Integer> {
  @Mixin CommonOptions common;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(AutoComplete.bash("sparksr", spec.root().commandLine()));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
