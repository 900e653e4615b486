package io.sparksr.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
  private static final Path LAUNCHER = ROOT.resolve("sparksr");

  @TempDir Path folder;

  private record Result(int code, String output) {}

  private static Result launch(Path javaHome) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("bash", LAUNCHER.toString(), "--version");
    builder.environment().put("JAVA_HOME", javaHome.toString());
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Result(process.waitFor(), output.strip());
  }

  private Path javaHome(String version) throws IOException {
    Path java = Files.createDirectories(folder.resolve("bin")).resolve("java");
    Files.writeString(java, "");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return folder;
  }

  @Test
  void javaHomeWithoutJavaIsExplained() throws Exception {
    assertThat(launch(folder))
        .isEqualTo(
            new Result(
                2,
                "error: JAVA_HOME="
                    + folder
                    + ": there is no bin/java in it. Set it to a JDK 17."));
  }

  @Test
  void otherJavaVersionsAreRefused() throws Exception {
    for (String version : new String[] {"11.0.2", "21", "1.8.0_402", "170"}) {
      assertThat(launch(javaHome(version)))
          .isEqualTo(
              new Result(
                  2,
                  "error: "
                      + folder
                      + "/bin/java is Java "
                      + version
                      + ", SparkSR needs 17. Set JAVA_HOME to a JDK 17."));
    }
  }

  @Test
  void launcherOpensTheSamePackagesAsTheTests() throws IOException {
    String launcher = Files.readString(LAUNCHER);
    String list =
        launcher.substring(launcher.indexOf("for package in"), launcher.indexOf("; do\n  opens"));
    Set<String> opened =
        new TreeSet<>(
            Set.of(list.replace("for package in", "").replace("\\", "").strip().split("\\s+", -1)));

    Set<String> expected = new TreeSet<>();
    Matcher inPom =
        Pattern.compile("--add-opens=java\\.base/([\\w.]+)=ALL-UNNAMED")
            .matcher(Files.readString(ROOT.resolve("pom.xml")));
    while (inPom.find()) {
      expected.add(inPom.group(1));
    }
    assertThat(opened).isEqualTo(expected).hasSizeGreaterThan(10);
  }
}
