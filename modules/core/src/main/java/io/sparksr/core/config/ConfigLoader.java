package io.sparksr.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.sparksr.core.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the configuration: {@code -D} settings over the user's file over the jar's {@code
 * reference.conf}. System properties take no part; environment variables only where a file asks for
 * them, {@code ${?NAME}}.
 */
public final class ConfigLoader {
  private static final Pattern ORIGIN_PREFIX = Pattern.compile("^(.*?: \\d+|path parameter): ");

  private ConfigLoader() {}

  /**
   * Loads and resolves.
   *
   * @param file the user's file, HOCON or JSON
   * @param overrides settings of the form {@code key=value}, later ones win
   * @throws UserException (configuration) with one line for each of: a missing file, a syntax error
   *     (with its line), a malformed setting, an unknown section, an unresolved substitution
   */
  public static ResolvedConfig load(Optional<Path> file, List<String> overrides) {
    return load(reference(), ConfigFactory.empty(), file, overrides);
  }

  /**
   * Loads and resolves over a preset of the jar, which stands between {@code reference.conf} and
   * the user's file.
   *
   * @param preset a resource of the class path, for instance {@code "conf/quickstart.conf"}
   * @throws UserException (configuration) as {@link #load(Optional, List)}
   */
  public static ResolvedConfig loadOver(
      String preset, Optional<Path> file, List<String> overrides) {
    return load(reference(), resource(preset), file, overrides);
  }

  static Config reference() {
    return resource("reference.conf");
  }

  private static Config resource(String name) {
    return ConfigFactory.parseResources(
        ConfigLoader.class.getClassLoader(),
        name,
        ConfigParseOptions.defaults().setAllowMissing(false));
  }

  static ResolvedConfig load(Config reference, Optional<Path> file, List<String> overrides) {
    return load(reference, ConfigFactory.empty(), file, overrides);
  }

  private static ResolvedConfig load(
      Config reference, Config preset, Optional<Path> file, List<String> overrides) {
    List<String> problems = new ArrayList<>();
    Config settings =
        Overrides.parse(overrides, problems)
            .withFallback(file.map(path -> parse(path, problems)).orElse(ConfigFactory.empty()))
            .withFallback(preset);
    settings
        .root()
        .forEach(
            (section, value) -> {
              if (!reference.root().containsKey(section)) {
                String hint = Suggestions.hint(section, reference.root().keySet());
                problems.add(Problem.line(value, section, "unknown section, " + hint));
              }
            });
    if (problems.isEmpty()) {
      try {
        return new ResolvedConfig(reference, settings.withFallback(reference).resolve());
      } catch (ConfigException e) {
        problems.add(line(e));
      }
    }
    throw UserException.configuration(problems);
  }

  private static Config parse(Path file, List<String> problems) {
    if (!Files.isRegularFile(file)) {
      String found = Files.exists(file) ? "not a file" : "no such file";
      problems.add(file + ": " + found + ", give a configuration file with --config");
      return ConfigFactory.empty();
    }
    try {
      return ConfigFactory.parseFile(
          file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    } catch (ConfigException e) {
      problems.add(line(e));
      return ConfigFactory.empty();
    }
  }

  private static String line(ConfigException e) {
    return e.origin() == null ? reason(e) : Problem.where(e.origin()) + ": " + reason(e);
  }

  /** The library's message in one line, without the position it begins with. */
  static String reason(ConfigException e) {
    String message = e.getMessage().lines().findFirst().orElse("not valid");
    return ORIGIN_PREFIX.matcher(message).replaceFirst("");
  }
}
