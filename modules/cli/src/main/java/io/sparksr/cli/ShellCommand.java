package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.core.config.ResolvedConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import jdk.jshell.tool.JavaShellToolBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code shell}: the JDK's own shell, in this JVM, with a Spark session and {@code SuperResolver}
 * at hand.
 */
@Command(
    name = "shell",
    description = "Opens a Java shell in which 'spark' is a session and SuperResolver is imported.")
final class ShellCommand implements Callable<Integer> {
  private static final String STANDARD_INPUT = "-";

  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Option(
      names = "--class-path",
      paramLabel = "PATH",
      description = "Further jars and folders for the shell, as java takes them.")
  private String classPath;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..*",
      description =
          "Snippets to run before it reads the keyboard; '-' reads standard input without prompts.")
  private List<String> files = new ArrayList<>();

  private final Optional<InputStream> in;
  private final Optional<PrintStream> out;
  private final Optional<PrintStream> err;

  /** A shell on the terminal. */
  ShellCommand() {
    this.in = Optional.empty();
    this.out = Optional.empty();
    this.err = Optional.empty();
  }

  /**
   * A shell on given streams, which the caller closes; snippets write to {@code System.out}.
   *
   * @param in snippets and commands of the shell
   * @param out what the shell says of its own
   * @param err mistakes in snippets and the exceptions that they throw
   */
  ShellCommand(InputStream in, PrintStream out, PrintStream err) {
    this.in = Optional.of(in);
    this.out = Optional.of(out);
    this.err = Optional.of(err);
  }

  /**
   * Runs the shell until {@code /exit} or the end of the input.
   *
   * @return the number that {@code /exit} was given, 0 without one
   * @throws UserException (configuration) if this Java has no shell: it is part of a JDK only
   */
  @Override
  public Integer call() throws Exception {
    ResolvedConfig config = common.load();
    JavaShellToolBuilder shell = builder();
    Path startup = Files.createTempFile("sparksr-shell", ".jsh");
    try (SparkContexts spark = SparkContexts.open("shell", common, config)) {
      Files.write(startup, startup());
      greet(spark.jobContext().spark().master());
      return shell.start(arguments(startup).toArray(String[]::new));
    } finally {
      Files.deleteIfExists(startup);
    }
  }

  private void greet(String master) {
    if (!files.contains(STANDARD_INPUT)) {
      spec.commandLine()
          .getErr()
          .println(
              "'spark' is a session on " + master + "; /help explains the shell, /exit ends it");
    }
  }

  private JavaShellToolBuilder builder() {
    JavaShellToolBuilder builder;
    try {
      builder = JavaShellToolBuilder.builder();
    } catch (LinkageError e) {
      throw UserException.configuration(
          "shell: this Java has no JShell. Set JAVA_HOME to a JDK 17, not a JRE");
    }
    in.ifPresent(stream -> builder.in(stream, null));
    out.ifPresent(builder::out);
    err.ifPresent(builder::err);
    if (files.contains(STANDARD_INPUT)) {
      builder.persistence(new HashMap<>()); // A program's snippets are no history.
    }
    return builder;
  }

  /** Snippets run in this JVM, so that they share its class path, its session and its natives. */
  private List<String> arguments(Path startup) {
    String ours = System.getProperty("java.class.path");
    List<String> arguments = new ArrayList<>(List.of("--execution", "local", "--class-path"));
    arguments.add(
        classPath == null ? ours : ours + System.getProperty("path.separator") + classPath);
    arguments.addAll(List.of("--startup", "DEFAULT", "--startup", startup.toString()));
    arguments.addAll(files);
    return arguments;
  }

  private static byte[] startup() throws IOException {
    try (InputStream script = ShellCommand.class.getResourceAsStream("shell.jsh")) {
      return script.readAllBytes();
    }
  }
}
