package io.sparksr.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs a command in this JVM and keeps what it prints. */
record Cli(int code, String out, String err) {

  static Cli run(String... args) {
    return run(Main.commandLine(), args);
  }

  static Cli run(CommandLine commandLine, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    int code = Main.run(commandLine, args);
    return new Cli(code, out.toString(), err.toString());
  }
}
