package io.sparksr.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Real images, trained weights and reference results that are not part of the project: a folder
 * {@code shared} beside the checkout, or wherever the system property {@code sparksr.shared}
 * points. Tests that need it skip themselves, saying so, where it is absent.
 */
public final class SharedData {
  private SharedData() {}

  /**
   * A file or folder below {@code shared}, for instance {@code "data/benchmarks/Set5"}. Aborts the
   * calling test, visibly skipped, if the shared folder is absent.
   *
   * @throws IllegalStateException if the shared folder is there but this path is not
   */
  public static Path path(String relative) {
    Path root = root();
    Path path = root.resolve(relative);
    if (!Files.exists(path)) {
      throw new IllegalStateException(path + " is missing although " + root + " is there");
    }
    return path;
  }

  /**
   * The rows of a CSV file without quoted fields, the header row first. Aborts like {@link #path}.
   */
  public static List<String[]> csv(String relative) {
    try (Stream<String> lines = Files.lines(path(relative))) {
      return lines.map(line -> line.split(",", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    String property = System.getProperty("sparksr.shared");
    if (property != null) {
      return Path.of(property);
    }
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("mvnw"))) {
        Path shared = folder.resolveSibling("shared");
        if (Files.isDirectory(shared)) {
          return shared;
        }
        break;
      }
    }
    return abort("skipped: there is no folder 'shared' with reference data beside the checkout");
  }
}
