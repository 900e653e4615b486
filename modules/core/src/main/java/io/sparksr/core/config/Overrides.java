package io.sparksr.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The {@code key=value} settings of the command line. Values are plain text, so that a URI needs no
 * quotes; one that begins with a bracket, brace or quote, or holds a substitution, is HOCON.
 */
final class Overrides {
  private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9]\\d{0,17})");
  private static final Pattern FRACTION =
      Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");
  private static final Pattern HOCON = Pattern.compile("(?s)[\\[{\"].*|.*\\$\\{.*");

  private Overrides() {}

  /** The settings as a tree, later ones over earlier ones; adds a line for each malformed one. */
  static Config parse(List<String> settings, List<String> problems) {
    Config tree = ConfigFactory.empty();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        problems.add(Problem.OVERRIDE + setting + ": must have the form key=value");
        continue;
      }
      String key = setting.substring(0, equals).trim();
      try {
        String path = ConfigUtil.joinPath(ConfigUtil.splitPath(key));
        tree = value(key, setting.substring(equals + 1)).atPath(path).withFallback(tree);
      } catch (ConfigException e) {
        problems.add(Problem.OVERRIDE + key + ": " + ConfigLoader.reason(e));
      }
    }
    return tree;
  }

  private static ConfigValue value(String key, String text) {
    ConfigOrigin origin = ConfigOriginFactory.newSimple(Problem.OVERRIDE + key);
    if (HOCON.matcher(text).matches()) {
      ConfigParseOptions options =
          ConfigParseOptions.defaults().setOriginDescription(origin.description());
      return ConfigFactory.parseString("value = " + text, options).root().get("value");
    }
    return ConfigValueFactory.fromAnyRef(plain(text)).withOrigin(origin);
  }

  private static Object plain(String text) {
    if (text.equals("true") || text.equals("false")) {
      return Boolean.valueOf(text);
    }
    if (WHOLE.matcher(text).matches()) {
      return Long.valueOf(text);
    }
    if (FRACTION.matcher(text).matches()) {
      return Double.valueOf(text);
    }
    return text.equals("null") ? null : text;
  }
}
