package io.sparksr.cli;

import io.sparksr.jobs.Outcome.Made;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** What a command prints at its end, on standard output: tables, then the paths of what it made. */
final class Results {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private final PrintWriter out;

  Results(CommandSpec command) {
    this.out = command.commandLine().getOut();
  }

  void table(TextTable table) {
    out.print(table);
    out.println();
    out.flush();
  }

  /** A path, with a note where the artefact was there already. */
  void made(String what, String uri, Made made) {
    path(what, uri + (made == Made.BEFORE ? "  (made before, with the same settings)" : ""));
  }

  void path(String what, String uri) {
    out.println(what + ": " + uri);
    out.flush();
  }

  /** A number of bytes with three digits, for instance {@code "12.3 MiB"}. */
  static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    int decimals = unit == 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f %s", value, UNITS[unit]);
  }
}
