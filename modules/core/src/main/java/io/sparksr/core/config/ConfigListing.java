package io.sparksr.core.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A configuration as aligned lines {@code key = value # origin}, in the order of the reference. */
final class ConfigListing {
  /** Longer settings do not push the origins of all others to the right. */
  private static final int MAX_COLUMN = 60;

  /** Names of credentials: those of {@code spark.redaction.regex}, and Azure's account keys. */
  private static final Pattern SECRET =
      Pattern.compile(
          "secret|password|token|access[.]?key|account[.]key", Pattern.CASE_INSENSITIVE);

  private static final String HIDDEN = "\"(hidden)\"";

  private final ConfigObject reference;
  private final List<Line> lines = new ArrayList<>();

  ConfigListing(ConfigObject reference) {
    this.reference = reference;
  }

  /** The listing of what is at a path; each line ends with a line feed. */
  String of(String path, ConfigValue value) {
    add(path, value);
    int column =
        lines.stream()
            .mapToInt(line -> line.setting.length())
            .filter(length -> length <= MAX_COLUMN)
            .max()
            .orElse(0);
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      String padding = " ".repeat(Math.max(0, column - line.setting.length()));
      text.append(line.setting).append(line.origin.isEmpty() ? "" : padding + "  # " + line.origin);
      text.append('\n');
    }
    return text.toString();
  }

  private void add(String path, ConfigValue value) {
    if (value instanceof ConfigObject section && !section.isEmpty()) {
      comment(path);
      section.entrySet().stream()
          .sorted(
              Comparator.<Map.Entry<String, ConfigValue>>comparingInt(
                      entry -> referenceLine(child(path, entry.getKey())))
                  .thenComparing(Map.Entry::getKey))
          .forEach(entry -> add(child(path, entry.getKey()), entry.getValue()));
    } else if (!path.isEmpty()) {
      comment(path);
      String shown = SECRET.matcher(path).find() ? HIDDEN : Scalars.show(value);
      String setting = path + " = " + shown;
      lines.add(new Line(setting, Problem.where(value)));
    }
  }

  private void comment(String path) {
    if (path.isEmpty()) {
      return;
    }
    if (!lines.isEmpty() && ConfigUtil.splitPath(path).size() == 1) {
      lines.add(new Line("", ""));
    }
    RecordBinder.find(reference, path).stream()
        .flatMap(known -> known.origin().comments().stream())
        .forEach(comment -> lines.add(new Line("# " + comment.strip(), "")));
  }

  /** Keys the reference does not have come last. */
  private int referenceLine(String path) {
    return RecordBinder.find(reference, path)
        .map(known -> known.origin().lineNumber())
        .orElse(Integer.MAX_VALUE);
  }

  private static String child(String path, String name) {
    String quoted = ConfigUtil.joinPath(name);
    return path.isEmpty() ? quoted : path + "." + quoted;
  }

  /** A setting or comment, and where the value came from; empty for comments. */
  private record Line(String setting, String origin) {}
}
