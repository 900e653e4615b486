package io.sparksr.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The interpreter of the Python programs, and what it has. */
final class Python {
  static final String MISSING = "not there";

  private final String interpreter;
  private final Map<String, String> versions = new LinkedHashMap<>();

  /** An interpreter by name or path; it need not exist. */
  Python(String interpreter) {
    this.interpreter = interpreter;
  }

  /** What runs the programs. */
  String interpreter() {
    return interpreter;
  }

  /** The version of a module that can be imported, else {@link #MISSING}. */
  String version(String module) {
    return versions.computeIfAbsent(module, this::ask);
  }

  private String ask(String module) {
    String program = "import " + module + " as module; print(module.__version__)";
    try {
      Process process =
          new ProcessBuilder(interpreter, "-c", program)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String version = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      return process.waitFor() == 0 ? version : MISSING;
    } catch (IOException e) {
      return MISSING;
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException("interrupted", e));
    }
  }
}
