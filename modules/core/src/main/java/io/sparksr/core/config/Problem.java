package io.sparksr.core.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a wrong value is reported: where it was written, its full key, what is wrong. */
final class Problem {
  /** Begins the description of the origin of command line overrides. */
  static final String OVERRIDE = "-D ";

  private static final Pattern LINE = Pattern.compile(": (\\d+)(-\\d+)?$");
  private static final Pattern RESOURCE_URL = Pattern.compile(" @ \\S+?(?=(: \\d+(-\\d+)?)?$)");

  private Problem() {}

  /** One line, for instance {@code conf/x.conf:12: train.batch-size: must be at least 1, got 0}. */
  static String line(ConfigValue value, String key, String message) {
    String where = where(value);
    return where.equals(OVERRIDE + key)
        ? where + ": " + message
        : where + ": " + key + ": " + message;
  }

  /** Where a value was written; of a section composed of several files, the first key's place. */
  static String where(ConfigValue value) {
    String text = value.origin().description();
    boolean composed = text.startsWith("merge of ") || text.startsWith("atPath(");
    return composed && value instanceof ConfigObject section && !section.isEmpty()
        ? where(section.values().iterator().next())
        : where(value.origin());
  }

  /** {@code file:line}, {@code -D key} or {@code environment}. */
  static String where(ConfigOrigin origin) {
    String text = origin.description();
    text = RESOURCE_URL.matcher(text).replaceFirst("");
    Matcher line = LINE.matcher(text);
    if (text.startsWith(OVERRIDE)) {
      return line.replaceFirst("");
    }
    return line.replaceFirst(":$1").replaceFirst("^env variables$", "environment");
  }
}
