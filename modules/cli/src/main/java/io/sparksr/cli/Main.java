package io.sparksr.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;

/**
 * The entry point of {@code ./sparksr} and of {@code spark-submit}.
 *
 * <p>Exit codes: 0 done, 1 a bug of ours (with stack trace), 2 usage or configuration, 3 input
 * data; for 2 and 3 one line per problem on standard error.
 */
@Command(
    name = "sparksr",
    description = "Trains and applies 4x super-resolution networks on Apache Spark.",
    versionProvider = Versions.class)
public final class Main implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Lists the commands.")
  boolean help;

  @Option(
      names = "--version",
      versionHelp = true,
      description = "Prints the versions of SparkSR, Java and the libraries.")
  boolean version;

  /**
   * Runs one command. This is the only place that ends the JVM. On a cluster it does so on failure
   * only: an exit during success would count as a failure of the application. Where tasks ran in
   * this JVM, it must: Spark's timer of barrier stages is a thread that never ends.
   */
  public static void main(String[] args) {
    Charset charset = Charset.defaultCharset();
    PrintWriter out = new PrintWriter(System.out, true, charset);
    PrintWriter err = new PrintWriter(System.err, true, charset);
    int code = run(out, err, args);
    if (code != 0 || tasksRanHere()) {
      System.exit(code);
    }
  }

  private static boolean tasksRanHere() {
    return System.getProperty("sparksr.home") != null
        || System.getProperty("spark.master", "").startsWith("local");
  }

  /** Runs one command in this JVM and returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine commandLine = commandLine();
    commandLine.setOut(out);
    commandLine.setErr(err);
    return run(commandLine, args);
  }

  static int run(CommandLine commandLine, String... args) {
    try {
      return commandLine.execute(args);
    } catch (Error e) {
      return new ErrorReporter().report(e, commandLine);
    }
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    Catalogue.addTo(commandLine);
    ErrorReporter reporter = new ErrorReporter();
    return commandLine
        .setUsageHelpWidth(100)
        .setExecutionStrategy(Main::execute)
        .setParameterExceptionHandler(reporter)
        .setExecutionExceptionHandler(reporter);
  }

  /** Help and version work without Spark, which the fat jar does not hold. */
  private static int execute(ParseResult parsed) {
    Integer helpCode = CommandLine.executeHelpRequest(parsed);
    if (helpCode != null) {
      return helpCode;
    }
    if (Main.class.getResource("/org/apache/spark/SparkConf.class") == null) {
      throw new ParameterException(
          parsed.commandSpec().commandLine(),
          "Spark is not on the class path: start with ./sparksr or with spark-submit");
    }
    return new RunLast().execute(parsed);
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }
}
