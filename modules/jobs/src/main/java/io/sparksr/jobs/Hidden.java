package io.sparksr.jobs;

/** Names that Hadoop's programs give to what is no data. */
final class Hidden {
  private Hidden() {}

  /** Whether a file or folder of this name is skipped. */
  static boolean test(String name) {
    return name.startsWith(".") || name.startsWith("_");
  }
}
