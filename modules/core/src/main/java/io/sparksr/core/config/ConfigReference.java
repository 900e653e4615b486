package io.sparksr.core.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The configuration reference: every key of {@code reference.conf} with its default and its
 * comment, as Markdown.
 */
public final class ConfigReference {
  private final StringBuilder text = new StringBuilder();

  private ConfigReference() {}

  /** The whole page; its lines end with a line feed. */
  public static String markdown() {
    ConfigReference page = new ConfigReference();
    page.text.append(
        """
        # Configuration reference

        Every key with its default. Files given with `--config` (HOCON) and `-D key=value` override it; `sparksr config show` \
        lists what a command would use, with where each value came from. This page is what `sparksr config reference` prints.
        """);
    sorted(ConfigLoader.reference().root())
        .forEach(section -> page.section(section.getKey(), (ConfigObject) section.getValue(), 2));
    return page.text.toString();
  }

  private void section(String path, ConfigObject section, int level) {
    text.append("\n").append("#".repeat(level)).append(" `").append(path).append("`\n");
    String comment = comment(section);
    if (!comment.isEmpty()) {
      text.append("\n").append(comment).append("\n");
    }
    List<Map.Entry<String, ConfigValue>> entries = sorted(section);
    String rows =
        entries.stream()
            .filter(entry -> !(entry.getValue() instanceof ConfigObject))
            .map(entry -> row(path + "." + entry.getKey(), entry.getValue()))
            .collect(Collectors.joining());
    if (!rows.isEmpty()) {
      text.append("\n| key | default | meaning |\n| --- | --- | --- |\n").append(rows);
    }
    for (Map.Entry<String, ConfigValue> entry : entries) {
      if (entry.getValue() instanceof ConfigObject inner) {
        section(path + "." + entry.getKey(), inner, level + 1);
      }
    }
  }

  private static String row(String key, ConfigValue value) {
    return "| `%s` | `%s` | %s |\n"
        .formatted(key, Scalars.show(value), comment(value).replace("|", "\\|"));
  }

  /** The comment above a key, its lines joined. */
  private static String comment(ConfigValue value) {
    return value.origin().comments().stream().map(String::strip).collect(Collectors.joining(" "));
  }

  /** In the order of the file. */
  private static List<Map.Entry<String, ConfigValue>> sorted(ConfigObject section) {
    return section.entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> entry.getValue().origin().lineNumber()))
        .toList();
  }
}
