package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.core.config.ConfigLoader;
import io.sparksr.core.config.ResolvedConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options every command takes; add with {@code @Mixin}. */
final class CommonOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings (HOCON) that replace defaults.")
  private Path config;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "One setting, over those of the file; may be repeated.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark master; local[*] unless spark-submit chose one.")
  private String master;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Explains this command.")
  boolean help;

  /** Read by the logging configuration, which is loaded at the first log message. */
  @Option(
      names = {"-v", "--verbose"},
      description = "More messages on the console.")
  void verbose(boolean verbose) {
    if (verbose) {
      System.setProperty("sparksr.console.level", "info");
    }
  }

  /**
   * The configuration these options ask for.
   *
   * @param more settings of the form {@code key=value} that other options stand for; they win
   * @throws UserException (configuration) see {@link ConfigLoader#load}
   */
  ResolvedConfig load(String... more) {
    List<String> all = new ArrayList<>(settings);
    all.addAll(List.of(more));
    return ConfigLoader.load(Optional.ofNullable(config), all);
  }

  /**
   * The same over a preset of the jar.
   *
   * @param preset a resource of the class path, for instance {@code "conf/quickstart.conf"}
   * @throws UserException (configuration) see {@link ConfigLoader#loadOver}
   */
  ResolvedConfig loadOver(String preset) {
    return ConfigLoader.loadOver(preset, Optional.ofNullable(config), settings);
  }

  /** The Spark master that was asked for. */
  Optional<String> master() {
    return Optional.ofNullable(master);
  }
}
