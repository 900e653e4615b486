package io.sparksr.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The versions that {@code --version} prints, one per line. */
final class Versions implements IVersionProvider {
  private static final List<String> LIBRARIES =
      List.of("Spark", "Scala", "Hadoop", "DJL", "PyTorch", "OpenCV");

  /** The version of SparkSR alone. */
  static String sparkSr() {
    return read().getProperty("SparkSR");
  }

  @Override
  public String[] getVersion() {
    Properties versions = read();
    List<String> lines = new ArrayList<>();
    lines.add(line("SparkSR", sparkSr()));
    lines.add(
        line("Java", System.getProperty("java.version") + " " + System.getProperty("java.vendor")));
    LIBRARIES.forEach(library -> lines.add(line(library, versions.getProperty(library))));
    return lines.toArray(String[]::new);
  }

  private static String line(String name, String version) {
    return "%-8s %s".formatted(name, version);
  }

  private static Properties read() {
    Properties versions = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("/sparksr-versions.properties")) {
      versions.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return versions;
  }
}
