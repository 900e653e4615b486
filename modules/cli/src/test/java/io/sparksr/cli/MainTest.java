package io.sparksr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.core.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class MainTest {
  @TempDir Path folder;

  private static void assertOneLine(Cli cli, String line) {
    assertThat(cli.err()).isEqualTo(line + System.lineSeparator());
    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.out()).isEmpty();
  }

  @Test
  void unknownCommandIsOneLineWithTheNearestName() {
    assertOneLine(
        Cli.run("upscle"),
        "error: unknown command 'upscle', did you mean upscale? (see 'sparksr --help')");
    assertOneLine(
        Cli.run("xyzzy", "--input", "a"), "error: unknown command 'xyzzy' (see 'sparksr --help')");
  }

  @Test
  void noCommandIsOneLine() {
    assertOneLine(Cli.run(), "error: no command given (see 'sparksr --help')");
    assertOneLine(
        Cli.run("config"), "error: Missing required subcommand (see 'sparksr config --help')");
  }

  @Test
  void unknownOptionIsOneLine() {
    assertOneLine(
        Cli.run("config", "show", "--nope"),
        "error: Unknown option: '--nope' (see 'sparksr config show --help')");
  }

  @Test
  void superfluousArgumentIsOneLine() {
    assertOneLine(
        Cli.run("config", "show", "train", "index"),
        "error: Unmatched argument at index 3: 'index' (see 'sparksr config show --help')");
  }

  @Test
  void unknownKeyIsOneLineWithTheNearestName() {
    assertOneLine(
        Cli.run("config", "show", "trian"), "error: trian: unknown key, did you mean train?");
  }

  @Test
  void everyWrongSettingIsALine() throws IOException {
    Path file = Files.writeString(folder.resolve("x.conf"), "trian {\n}\n");
    Cli cli = Cli.run("config", "show", "--config", file.toString(), "-D", "x", "-Dy.z=1");
    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.err().lines())
        .containsExactlyInAnyOrder(
            "error: -D x: must have the form key=value",
            "error: -D y.z: y: unknown section, known are " + sections(),
            "error: " + file + ":1: trian: unknown section, did you mean train?");
  }

  private static String sections() {
    String line = Cli.run("config", "show", "-Dzzzzzzzzzzzzz=1").err().strip();
    return line.substring(line.indexOf("known are ") + "known are ".length());
  }

  @Test
  void missingConfigurationFileIsOneLine() {
    Path missing = folder.resolve("x.conf");
    assertOneLine(
        Cli.run("config", "show", "--config", missing.toString()),
        "error: " + missing + ": no such file, give a configuration file with --config");
  }

  @Test
  void configShowHidesCredentialsAndKeepsTheirOrigin() {
    Cli cli =
        Cli.run(
            "config",
            "show",
            "spark",
            "-Dspark.hadoop.fs.s3a.access.key=AKIA",
            "-Dspark.hadoop.fs.s3a.secret.key=hush",
            "-Dspark.hadoop.fs.s3a.endpoint=http://a:1");
    assertThat(cli.code()).as(cli.err()).isZero();
    assertThat(cli.out())
        .contains("spark.hadoop.fs.s3a.access.key = \"(hidden)\"")
        .contains("spark.hadoop.fs.s3a.secret.key = \"(hidden)\"")
        .contains("http://a:1")
        .doesNotContain("AKIA", "hush");
  }

  @Test
  void configShowPrintsValueAndOrigin() {
    Cli cli = Cli.run("config", "show", "spark", "-D", "spark.hadoop.fs.s3a.endpoint=http://a:1");
    assertThat(cli.code()).isZero();
    assertThat(cli.err()).isEmpty();
    assertThat(cli.out())
        .endsWith(
            "spark.hadoop.fs.s3a.endpoint = \"http://a:1\"  # -D spark.hadoop.fs.s3a.endpoint\n");
  }

  @Test
  void helpListsEveryCommandWithAnExample() {
    Cli cli = Cli.run("--help");
    assertThat(cli.code()).isZero();
    for (String command : Main.commandLine().getSubcommands().keySet()) {
      assertThat(cli.out()).containsPattern("(?m)^  " + command + " +\\S");
      assertThat(cli.out()).contains("$ sparksr " + command + " ");
    }
  }

  @Test
  void everyCommandExplainsItselfAndTakesTheCommonOptions() {
    Main.commandLine()
        .getSubcommands()
        .forEach(
            (name, command) -> {
              Cli cli = Cli.run(name, "--help");
              assertThat(cli.code()).isZero();
              assertThat(cli.out()).contains("Example:", "$ sparksr " + name + " ");
              for (CommandLine leaf : leaves(command)) {
                String example = "$ " + leaf.getCommandSpec().qualifiedName() + " ";
                assertThat(leaf.getUsageMessage()).contains("Example:").contains(example);
                assertThat(leaf.getCommandSpec().optionsMap())
                    .containsKeys("--config", "-D", "--master", "--help", "-v");
              }
            });
  }

  private static List<CommandLine> leaves(CommandLine command) {
    return command.getSubcommands().isEmpty()
        ? List.of(command)
        : command.getSubcommands().values().stream()
            .flatMap(child -> leaves(child).stream())
            .toList();
  }

  @Test
  void examplesInTheHelpParse() {
    for (CommandLine command : Main.commandLine().getSubcommands().values()) {
      for (CommandLine leaf : leaves(command)) {
        for (String line : leaf.getCommandSpec().usageMessage().footer()) {
          if (line.contains("$ sparksr ")) {
            String[] args =
                line.replaceFirst(".*\\$ sparksr ", "").replaceFirst(" > .*", "").split(" ");
            assertThat(Main.commandLine().parseArgs(args).hasSubcommand()).isTrue();
          }
        }
      }
    }
  }

  @Test
  void configurationReferenceInTheDocumentsIsUpToDate() throws IOException {
    Cli cli = Cli.run("config", "reference");
    assertThat(cli.code()).isZero();
    assertThat(cli.out()).contains("| `shard.crop-size` | `96` | Side of the HR crops in pixels;");
    assertThat(cli.out())
        .as("docs/configuration.md; ./sparksr config reference > docs/configuration.md")
        .isEqualTo(Files.readString(Path.of("../../docs/configuration.md")));
  }

  @Test
  void completionScriptIsBashAndKnowsCommandsAndOptions() throws Exception {
    Cli cli = Cli.run("completion");
    assertThat(cli.code()).isZero();
    Path script = Files.writeString(folder.resolve("completion.sh"), cli.out());
    String probe =
        "source '%s'; COMP_WORDS=(sparksr upscale --mo); COMP_CWORD=2; _complete_sparksr 2> /dev/null; "
            + "echo \"${COMPREPLY[@]}\"";
    Process bash =
        new ProcessBuilder("bash", "-c", probe.formatted(script)).redirectErrorStream(true).start();
    assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
        .isEqualTo("--model");
    assertThat(bash.waitFor()).isZero();
  }

  @Test
  void versionNamesTheLibraries() {
    Cli cli = Cli.run("--version");
    assertThat(cli.code()).isZero();
    assertThat(cli.out())
        .contains(System.getProperty("java.version"))
        .containsPattern("SparkSR +\\d+\\.\\d+")
        .containsPattern("Spark +3\\.")
        .containsPattern("DJL +0\\.")
        .containsPattern("PyTorch +2\\.")
        .doesNotContain("${");
  }

  @Test
  void doctorTriesTheNativesHere() {
    Cli cli = Cli.run("doctor");
    assertThat(cli.code()).isZero();
    assertThat(cli.out())
        .containsPattern("libtorch +2\\.")
        .containsPattern("libjpeg-turbo of the system +(/.*libturbojpeg|not )")
        .containsPattern("libtorch folder +/")
        .containsPattern("CPU computes +a 512 x 512 product in")
        .containsPattern("GPUs that libtorch can use +\\d");
  }

  @Command(name = "fail")
  static final class Failing implements Runnable {
    private final Throwable failure;

    Failing(Throwable failure) {
      this.failure = failure;
    }

    @Override
    public void run() {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure;
    }
  }

  private static Cli failing(Throwable failure) {
    CommandLine commandLine = Main.commandLine();
    ErrorReporter reporter = new ErrorReporter();
    CommandLine failing =
        new CommandLine(new Failing(failure))
            .setExecutionExceptionHandler(reporter)
            .setParameterExceptionHandler(reporter);
    return Cli.run(commandLine.addSubcommand(failing), "fail");
  }

  @Test
  void bugPrintsItsStackTraceAndExitsWith1() {
    Cli cli = failing(new IllegalStateException("the sky fell"));
    assertThat(cli.code()).isEqualTo(1);
    assertThat(cli.err())
        .startsWith("error: this is a bug in SparkSR")
        .contains("java.lang.IllegalStateException: the sky fell")
        .contains("at " + getClass().getName());
  }

  @Test
  void errorOfTheVirtualMachineIsReportedLikeABug() {
    Cli cli = failing(new StackOverflowError("deep"));
    assertThat(cli.code()).isEqualTo(1);
    assertThat(cli.err()).contains("java.lang.StackOverflowError: deep");
  }

  @Test
  void mistakesAreLinesWithoutStackTraceEvenInsideOtherExceptions() {
    Cli configuration =
        failing(UserException.configuration(List.of("a: must be 1", "b: must be 2")));
    assertThat(configuration.code()).isEqualTo(2);
    assertThat(configuration.err().lines())
        .containsExactly("error: a: must be 1", "error: b: must be 2");

    Cli input = failing(new RuntimeException("task failed", UserException.input("x: not found")));
    assertThat(input.code()).isEqualTo(3);
    assertThat(input.err().lines()).containsExactly("error: x: not found");
  }
}
