package io.sparksr.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** A Python program that runs steps when told to, and sleeps between. */
final class Peer implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final Writer orders;
  private final String version;

  Peer(String script, String... arguments) throws IOException {
    String[] command = new String[2 + arguments.length];
    command[0] = System.getProperty("sparksr.benchmarks.python", "python3");
    command[1] = Path.of(System.getProperty("sparksr.benchmarks.peers"), script).toString();
    System.arraycopy(arguments, 0, command, 2, arguments.length);
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    answers = process.inputReader(StandardCharsets.UTF_8);
    orders = process.outputWriter(StandardCharsets.UTF_8);
    version = answer();
  }

  /** What the program said it is. */
  String version() {
    return version;
  }

  /** The milliseconds of each of so many steps. */
  double[] run(int steps) throws IOException {
    return Arrays.stream(ask(Integer.toString(steps)).split(" "))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  long peakKilobytes() throws IOException {
    return Long.parseLong(ask("peak"));
  }

  String ask(String order) throws IOException {
    orders.write(order + "\n");
    orders.flush();
    return answer();
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the Python program ended; its message is above");
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    orders.close();
    process.destroy();
  }
}
