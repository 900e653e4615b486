package io.sparksr.benchmarks;

import io.sparksr.core.image.DeadLeaves;
import io.sparksr.core.image.DeadLeavesSettings;
import io.sparksr.core.image.ImageEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What benchmarks work on, made when the first asks for it; closing removes it. */
final class Material implements AutoCloseable {
  private static final int IMAGES = 32;
  private static final int QUALITY = 92;
  private static final DeadLeavesSettings PHOTOGRAPHS =
      new DeadLeavesSettings(640, 480, 1500, 3, 150, 0.4, 2);

  private final Path root;
  private final Path s3proxy;
  private Path images;

  /**
   * Material in a temporary folder.
   *
   * @param images JPEGs to take instead of made-up ones; may be null
   */
  Material(Path images, Path s3proxy) throws IOException {
    this.root = Files.createTempDirectory("sparksr-benchmarks");
    this.images = images;
    this.s3proxy = s3proxy;
  }

  /** What of the arguments can't be had: a file that is not there. */
  Optional<String> missing(String arguments) {
    return arguments.contains("{s3proxy}") && !Files.exists(s3proxy)
        ? Optional.of("there is no " + s3proxy + "; ./mvnw verify puts it there")
        : Optional.empty();
  }

  /** The words of the arguments with folders and files for what is in braces. */
  List<String> fill(String arguments) throws IOException {
    String filled = arguments.replace("{s3proxy}", s3proxy.toString());
    if (filled.contains("{work}")) {
      filled = filled.replace("{work}", Files.createTempDirectory(root, "work").toString());
    }
    if (filled.contains("{images}")) {
      filled = filled.replace("{images}", images().toString());
    }
    return filled.isBlank() ? List.of() : List.of(filled.split(" ", -1));
  }

  /** A file to write to. */
  Path file(String name) {
    return root.resolve(name);
  }

  private Path images() throws IOException {
    if (images == null) {
      images = Files.createDirectory(root.resolve("images"));
      DeadLeaves leaves = new DeadLeaves(PHOTOGRAPHS);
      for (int i = 0; i < IMAGES; i++) {
        Files.write(images.resolve(i + ".jpg"), ImageEncoder.jpeg(leaves.image(1, i), QUALITY));
      }
    }
    return images;
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
