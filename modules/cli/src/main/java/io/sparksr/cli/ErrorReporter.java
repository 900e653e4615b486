package io.sparksr.cli;

import io.sparksr.core.UserException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns failures into lines on standard error and exit codes. */
final class ErrorReporter implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private static final int BUG = 1;
  private static final int USAGE = 2;
  private static final int INPUT = 3;

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String help = "(see '" + command.getCommandSpec().qualifiedName() + " --help')";
    line(command, message(e) + " " + help);
    return USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    return report(e, command);
  }

  /**
   * A user's mistake, wherever it stands in the chain of causes, as its lines; a storage's refusal
   * as one line; all else with its stack trace.
   */
  int report(Throwable failure, CommandLine command) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof UserException mistake) {
        mistake.problems().forEach(problem -> line(command, problem));
        Log.LOG.info("stopped by a mistake of the user", failure);
        return mistake.exitCode();
      }
    }
    Optional<String> refusal = StorageProblem.describe(failure);
    if (refusal.isPresent()) {
      line(command, refusal.get());
      Log.LOG.info("stopped by the storage", failure);
      return INPUT;
    }
    PrintWriter err = command.getErr();
    line(command, "this is a bug in SparkSR, please report it:");
    failure.printStackTrace(err);
    err.flush();
    return BUG;
  }

  private static String message(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()
        && !unmatched.isUnknownOption()
        && !e.getCommandLine().getSubcommands().isEmpty()) {
      List<String> suggestions = unmatched.getSuggestions();
      return "unknown command '"
          + unmatched.getUnmatched().get(0)
          + "'"
          + (suggestions.isEmpty() ? "" : ", did you mean " + suggestions.get(0) + "?");
    }
    return e.getMessage().lines().map(String::strip).collect(Collectors.joining(" "));
  }

  private static void line(CommandLine command, String message) {
    PrintWriter err = command.getErr();
    err.println(command.getColorScheme().errorText("error:") + " " + message);
    err.flush();
  }

  /** Created at the first failure, so that {@code -v} is known before logging starts. */
  private static final class Log {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorReporter.class);
  }
}
