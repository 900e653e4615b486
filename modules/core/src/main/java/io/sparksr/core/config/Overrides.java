package io.sparksr.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        List<String> path = ConfigUtil.splitPath(key);
        ConfigValue value = value(key, setting.substring(equals + 1));
        Optional<String> clash = clash(tree, path, value);
        clash.ifPresent(problem -> problems.add(Problem.OVERRIDE + key + ": " + problem));
        tree = value.atPath(ConfigUtil.joinPath(path)).withFallback(tree);
      } catch (ConfigException e) {
        problems.add(Problem.OVERRIDE + key + ": " + ConfigLoader.reason(e));
      }
    }
    return tree;
  }

  /**
   * Other programs have settings such as {@code endpoint} beside {@code endpoint.region}; as a
   * tree, one would silently replace the other.
   */
  private static Optional<String> clash(Config tree, List<String> path, ConfigValue value) {
    ConfigValue there = tree.root();
    for (int i = 0; i < path.size() && there != null; i++) {
      if (!(there instanceof ConfigObject object)) {
        return Optional.of(clash(path.subList(0, i), path.subList(i, path.size())));
      }
      there = object.get(path.get(i));
    }
    if (there instanceof ConfigObject object
        && !object.isEmpty()
        && !(value instanceof ConfigObject)) {
      String below = object.toConfig().entrySet().iterator().next().getKey();
      return Optional.of(clash(path, ConfigUtil.splitPath(below)));
    }
    return Optional.empty();
  }

  private static String clash(List<String> shorter, List<String> more) {
    int last = shorter.size() - 1;
    List<String> quoted = new ArrayList<>(shorter.subList(0, last));
    quoted.add(shorter.get(last) + "." + String.join(".", more));
    return "can't stand beside "
        + ConfigUtil.joinPath(shorter)
        + ", write the longer of the two as '"
        + ConfigUtil.joinPath(quoted)
        + "'";
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
