package io.sparksr.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.sparksr.core.UserException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The whole configuration of one command, every value known. Immutable. */
public final class ResolvedConfig {
  private static final ConfigRenderOptions HOCON =
      ConfigRenderOptions.defaults().setOriginComments(false).setComments(false).setJson(false);

  private final Config reference;
  private final Config resolved;

  ResolvedConfig(Config reference, Config resolved) {
    this.reference = reference;
    this.resolved = resolved;
  }

  /**
   * One section as a record.
   *
   * @throws UserException (configuration) with every problem, see {@link RecordBinder}
   */
  public <T extends Record> T bind(String section, Class<T> type) {
    return RecordBinder.bind(resolved, section, type);
  }

  /**
   * Several sections as the components of one record.
   *
   * @throws UserException (configuration) with every problem of all of them
   */
  public <T extends Record> T bindSections(Class<T> type) {
    return RecordBinder.bindSections(resolved, type);
  }

  /**
   * Sections as a HOCON document with sorted keys, for provenance and {@code config.conf}; loading
   * it gives the same values. Without arguments, all sections.
   */
  public String render(String... sections) {
    return select(sections).root().render(HOCON);
  }

  /** What {@link #render} gives, on one line. */
  public String concise(String... sections) {
    return select(sections).root().render(HOCON.setFormatted(false));
  }

  private Config select(String... sections) {
    Config selected = sections.length == 0 ? resolved : ConfigFactory.empty();
    for (String section : sections) {
      selected = selected.withFallback(resolved.withOnlyPath(section));
    }
    return selected;
  }

  /**
   * Every key with its value and where that came from, under the comment of {@code reference.conf};
   * valid HOCON.
   *
   * @param key a section or key to show alone
   * @throws UserException (configuration) if there is no such key
   */
  public String describe(Optional<String> key) {
    String path = key.orElse("");
    return new ConfigListing(reference.root()).of(path, lookUp(path));
  }

  /**
   * The leaves of a section by their full keys, values as text; lists as comma-separated text.
   * Meant for sections that hold another program's settings.
   */
  public SortedMap<String, String> flatten(String section) {
    SortedMap<String, String> flat = new TreeMap<>();
    if (lookUp(section) instanceof ConfigObject object) {
      object
          .toConfig()
          .entrySet()
          .forEach(
              entry -> {
                String name = String.join(".", ConfigUtil.splitPath(entry.getKey()));
                flat.put(section + "." + name, text(entry.getValue()));
              });
    }
    return flat;
  }

  private static String text(ConfigValue value) {
    if (value.valueType() == ConfigValueType.LIST) {
      return String.join(",", value.atKey("list").getStringList("list"));
    }
    return value.atKey("value").getString("value");
  }

  private ConfigValue lookUp(String key) {
    if (key.isEmpty()) {
      return resolved.root();
    }
    try {
      return RecordBinder.find(resolved.root(), key).orElseThrow(() -> unknown(key));
    } catch (ConfigException.BadPath e) {
      throw UserException.configuration(key + ": not a key (" + ConfigLoader.reason(e) + ")");
    }
  }

  private UserException unknown(String key) {
    ConfigObject known = resolved.root();
    String prefix = "";
    for (String name : ConfigUtil.splitPath(key)) {
      if (known.get(name) instanceof ConfigObject section) {
        known = section;
        prefix += name + ".";
        continue;
      }
      String in = prefix.isEmpty() ? "" : " in " + prefix.substring(0, prefix.length() - 1);
      return UserException.configuration(
          key + ": unknown key" + in + ", " + Suggestions.hint(name, known.keySet()));
    }
    throw new IllegalStateException("the key exists: " + key);
  }
}
