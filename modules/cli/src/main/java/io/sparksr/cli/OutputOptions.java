package io.sparksr.cli;

import io.sparksr.jobs.Existing;
import picocli.CommandLine.Option;

/** Where a command's artefact goes; add with {@code @Mixin}. */
final class OutputOptions {
  @Option(
      names = "--output",
      paramLabel = "URI",
      required = true,
      description = "Folder to make (file, hdfs, s3a).")
  private String uri;

  @Option(
      names = "--overwrite",
      description =
          "Replaces what an earlier run made there. Without it, the same is kept or completed,"
              + " and anything else refused.")
  private boolean overwrite;

  /** The artefact's folder. */
  String uri() {
    return uri;
  }

  /** What to do with an artefact that is there already. */
  Existing existing() {
    return overwrite ? Existing.OVERWRITE : Existing.KEEP;
  }
}
