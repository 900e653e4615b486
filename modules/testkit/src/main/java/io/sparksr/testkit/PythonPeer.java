package io.sparksr.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Python programs that tests compare with. They are never needed: tests skip themselves, saying so,
 * where no Python has the modules. The system property {@code sparksr.python} names one to try
 * before {@code python3} and {@code /usr/bin/python3}.
 */
public final class PythonPeer {
  private PythonPeer() {}

  /**
   * Runs a script and returns what it printed. Aborts the calling test, visibly skipped, if there
   * is no Python with these modules.
   *
   * @param modules that the script imports
   * @throws AssertionError with all it printed, if the script fails
   */
  public static String run(Path script, List<String> modules, String... arguments) {
    String python =
        candidates()
            .filter(candidate -> has(candidate, modules))
            .findFirst()
            .orElseGet(() -> abort("skipped: no Python with " + String.join(", ", modules)));
    List<String> command = new ArrayList<>(List.of(python, script.toString()));
    command.addAll(List.of(arguments));
    Result result = execute(command).orElseThrow();
    if (result.code != 0) {
      throw new AssertionError(script + " failed with code " + result.code + ":\n" + result.output);
    }
    return result.output;
  }

  private static Stream<String> candidates() {
    return Stream.of(System.getProperty("sparksr.python"), "python3", "/usr/bin/python3")
        .filter(Objects::nonNull);
  }

  private static boolean has(String python, List<String> modules) {
    String program =
        "import importlib.util,sys;"
            + "sys.exit(not all(importlib.util.find_spec(m) for m in sys.argv[1:]))";
    List<String> command = new ArrayList<>(List.of(python, "-c", program));
    command.addAll(modules);
    return execute(command).filter(result -> result.code == 0).isPresent();
  }

  private record Result(int code, String output) {}

  private static Optional<Result> execute(List<String> command) {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return Optional.empty(); // no such program
    }
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Optional.of(new Result(process.waitFor(), output));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Python runs", e);
    } finally {
      process.destroy();
    }
  }
}
