package io.sparksr.core.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Single values: numbers, switches, texts, durations, sizes, names of enum constants. Stricter than
 * HOCON's own conversions: 2.5 is no whole number.
 */
final class Scalars {
  private static final Set<String> TRUE = Set.of("true", "yes", "on");
  private static final Set<String> FALSE = Set.of("false", "no", "off");

  private Scalars() {}

  /** A size in bytes: a number, or a text such as {@code 128MiB}. */
  static long bytes(ConfigValue value) {
    try {
      return value.atKey("value").getBytes("value");
    } catch (ConfigException.BadValue | ConfigException.WrongType e) {
      throw bad("must be a size in bytes such as 128MiB", value);
    }
  }

  /**
   * A value of one of the supported types.
   *
   * @throws IllegalArgumentException with what is wrong, without the key
   * @throws IllegalStateException if there is no conversion to the type
   */
  static Object read(Class<?> type, ConfigValue value) {
    if (type.isEnum()) {
      return constant(type, value);
    }
    return switch (type.getName()) {
      case "int", "java.lang.Integer" ->
          (int) whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE, "a whole number");
      case "long", "java.lang.Long" ->
          whole(value, Long.MIN_VALUE, Long.MAX_VALUE, "a whole number");
      case "double", "java.lang.Double" -> number(value, "a number").doubleValue();
      case "boolean", "java.lang.Boolean" -> flag(value);
      case "java.lang.String" -> text(value, "a text");
      case "java.time.Duration" -> duration(value);
      default -> throw new IllegalStateException("no conversion from configuration to " + type);
    };
  }

  /** The kebab-case form of a camelCase or UPPER_CASE name. */
  static String kebab(String name) {
    if (name.toUpperCase(Locale.ROOT).equals(name)) {
      return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  private static long whole(ConfigValue value, long min, long max, String what) {
    BigDecimal number = number(value, what);
    try {
      long exact = number.longValueExact();
      if (exact >= min && exact <= max) {
        return exact;
      }
    } catch (ArithmeticException e) {
      throw bad(
          number.stripTrailingZeros().scale() > 0
              ? "must be " + what
              : "must be between " + min + " and " + max,
          value);
    }
    throw bad("must be between " + min + " and " + max, value);
  }

  private static BigDecimal number(ConfigValue value, String what) {
    try {
      return new BigDecimal(text(value, what).trim());
    } catch (NumberFormatException e) {
      throw bad("must be " + what, value);
    }
  }

  private static boolean flag(ConfigValue value) {
    String text = text(value, "true or false");
    if (TRUE.contains(text)) {
      return true;
    }
    if (FALSE.contains(text)) {
      return false;
    }
    throw bad("must be true or false", value);
  }

  private static Duration duration(ConfigValue value) {
    try {
      return value.atKey("value").getDuration("value");
    } catch (ConfigException.BadValue | ConfigException.WrongType e) {
      throw bad("must be a duration such as 30s or 5m", value);
    }
  }

  private static Object constant(Class<?> type, ConfigValue value) {
    String names =
        Arrays.stream(type.getEnumConstants())
            .map(constant -> kebab(((Enum<?>) constant).name()))
            .collect(Collectors.joining(", "));
    String text = text(value, "one of " + names);
    for (Object constant : type.getEnumConstants()) {
      if (kebab(((Enum<?>) constant).name()).equals(text)) {
        return constant;
      }
    }
    throw bad("must be one of " + names, value);
  }

  private static String text(ConfigValue value, String what) {
    if (value.valueType() == ConfigValueType.LIST || value.valueType() == ConfigValueType.OBJECT) {
      throw bad("must be " + what, value);
    }
    return value.atKey("value").getString("value");
  }

  /** A sentence that ends with the value that was found. */
  static IllegalArgumentException bad(String rule, ConfigValue value) {
    return new IllegalArgumentException(rule + ", got " + show(value));
  }

  /** A value as one would write it in a file; numbers keep the form they were written in. */
  static String show(ConfigValue value) {
    return value.valueType() == ConfigValueType.NUMBER
        ? value.atKey("value").getString("value")
        : value.render(ConfigRenderOptions.concise());
  }
}
