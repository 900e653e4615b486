package io.sparksr.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ShellCommandIT {
  private static final String RESULT = "sparksr.test.shell";

  @AfterEach
  void forgets() {
    System.clearProperty(RESULT);
  }

  private record Session(int code, String out, String err) {}

  private static Session run(List<String> arguments, String... snippets) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    byte[] in = (String.join("\n", snippets) + "\n").getBytes(UTF_8);
    ShellCommand command =
        new ShellCommand(
            new ByteArrayInputStream(in),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8));
    int code = Main.run(new CommandLine(command), arguments.toArray(String[]::new));
    return new Session(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  @Test
  void snippetsSeeTheSessionAndSuperResolverAndTheirExitCodeIsTheCommands() {
    Session session =
        run(
            List.of("--master", "local[1]", "-Dspark.app.name=ours", "-"),
            "var resolver = new SuperResolver().setTileSize(48);",
            "long even = spark.range(10).filter(col(\"id\").mod(2).equalTo(0)).count();",
            "System.setProperty(\"" + RESULT + "\", even + \" \" + resolver.getOrDefault(",
            "    resolver.tileSize()) + \" \" + spark.sparkContext().appName());",
            "/exit 3");
    assertThat(session.out() + session.err()).isEmpty();
    assertThat(System.getProperty(RESULT)).isEqualTo("5 48 ours");
    assertThat(session.code()).isEqualTo(3);
  }

  @Test
  void mistakesInSnippetsAreShownAndTheNextOneRuns() {
    Session session =
        run(
            List.of("--master", "local[1]", "-"),
            "new SuperResolver().setTileSize(0)",
            "int x = nonsense;",
            "System.setProperty(\"" + RESULT + "\", \"after\");");
    assertThat(session.err())
        .contains("Exception java.lang.IllegalArgumentException", "tileSize given invalid value 0")
        .contains("Error:", "symbol:   variable nonsense");
    assertThat(System.getProperty(RESULT)).isEqualTo("after");
    assertThat(session.code()).isZero();
  }
}
