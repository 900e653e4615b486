package io.sparksr.jobs;

import java.util.HashSet;
import java.util.Set;

/**
 * What outputs are called: {@code a/b.jpg} becomes {@code a/b.png}. A name that is taken, by
 * another output or by a folder of them, gives way to {@code a/b.jpg.png}, then {@code
 * a/b.jpg.2.png} and so on.
 */
final class UpscaleNames {
  private final String extension;
  private final Set<String> taken = new HashSet<>();

  /**
   * Names with an ending.
   *
   * @param extension without a dot
   */
  UpscaleNames(String extension) {
    this.extension = "." + extension;
  }

  /** Keeps a name from being given: that of an output which is there. */
  void reserve(String output) {
    taken.add(output);
    reserveFolders(output);
  }

  /** Keeps the folders above a path from being given as names. */
  void reserveFolders(String path) {
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      taken.add(path.substring(0, slash));
    }
  }

  /** The name for an input's path relative to the input folder. */
  String give(String path) {
    int dot = path.lastIndexOf('.');
    String stem = dot > path.lastIndexOf('/') + 1 ? path.substring(0, dot) : path;
    String name = stem + extension;
    for (int i = 1; !taken.add(name); i++) {
      name = path + (i == 1 ? "" : "." + i) + extension;
    }
    return name;
  }

  /**
   * Whether a path stays below the folder it is put into, on every file system: no part of it is
   * empty, {@code .} or {@code ..}.
   */
  static boolean isSafe(String path) {
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return false;
      }
    }
    return true;
  }
}
