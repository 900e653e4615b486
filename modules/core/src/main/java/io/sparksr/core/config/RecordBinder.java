package io.sparksr.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.sparksr.core.UserException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Binds sections of the configuration to records by the names of their components: {@code
 * crop-size} becomes {@code cropSize}.
 *
 * <p>Component types: int, long, double, boolean, String, enums (values in kebab case), {@link
 * java.time.Duration} (HOCON durations), records (nested sections), {@code List} of any of these,
 * and {@code Optional} of any of these where the key may be absent or null. A long whose name ends
 * in {@code Bytes} is a HOCON size such as {@code 128MiB}. Ranges are checked by the record's
 * compact constructor: it throws an {@link IllegalArgumentException} whose message starts with the
 * key relative to the record, {@code "batch-size: must be at least 1, got 0"}; several lines are
 * several problems.
 *
 * <p>All problems are reported together, each with its full key, file and line.
 */
public final class RecordBinder {
  private static final Pattern KEYED_MESSAGE = Pattern.compile("[a-z0-9.\\-\\[\\]]+: .*");

  private final List<String> problems = new ArrayList<>();

  private RecordBinder() {}

  /**
   * Binds one section.
   *
   * @param root the resolved configuration
   * @param path the section, for instance {@code "train"}
   * @throws UserException (configuration) with every problem there is: missing and unknown keys,
   *     wrong types, values that the records reject
   */
  public static <T extends Record> T bind(Config root, String path, Class<T> type) {
    RecordBinder binder = new RecordBinder();
    ConfigValue value = find(root.root(), path).orElse(null);
    Optional<Object> bound;
    if (value == null) {
      bound = binder.problem(root.root(), path, "the section is missing");
    } else {
      bound = binder.value(new Target(path, type, false), value);
    }
    return binder.result(bound, type);
  }

  /**
   * Binds several sections, the components of a record, so that the problems of all of them are
   * reported together. Sections without a component are ignored.
   *
   * @throws UserException (configuration) as {@link #bind}
   */
  public static <T extends Record> T bindSections(Config root, Class<T> type) {
    RecordBinder binder = new RecordBinder();
    return binder.result(binder.record("", type, root.root(), false), type);
  }

  private <T extends Record> T result(Optional<Object> bound, Class<T> type) {
    if (!problems.isEmpty()) {
      throw UserException.configuration(problems);
    }
    return type.cast(bound.orElseThrow());
  }

  private Optional<Object> record(
      String prefix, Class<?> type, ConfigObject section, boolean exclusive) {
    RecordComponent[] components = type.getRecordComponents();
    int problemsBefore = problems.size();
    Object[] arguments = new Object[components.length];
    Set<String> known = new LinkedHashSet<>();
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      String key = Scalars.kebab(name);
      known.add(key);
      Target target =
          new Target(prefix + key, components[i].getGenericType(), name.endsWith("Bytes"));
      arguments[i] = component(target, section, section.get(key)).orElse(null);
    }
    Optional<Object> record =
        problems.size() > problemsBefore
            ? Optional.empty()
            : construct(prefix, type, section, arguments);
    if (exclusive) {
      rejectUnknown(prefix, section, known);
    }
    return record;
  }

  private Optional<Object> component(Target target, ConfigObject section, ConfigValue value) {
    boolean optional = target.raw() == Optional.class;
    if (value == null || value.valueType() == ConfigValueType.NULL) {
      return optional
          ? Optional.of(Optional.empty())
          : problem(value == null ? section : value, target.key, "must be set");
    }
    return optional
        ? value(target.argument(target.key), value).map(Optional::of)
        : value(target, value);
  }

  private Optional<Object> value(Target target, ConfigValue value) {
    Class<?> raw = target.raw();
    try {
      if (raw.isRecord()) {
        if (value instanceof ConfigObject section) {
          return record(target.key + ".", raw, section, true);
        }
        throw Scalars.bad("must be a section { ... }", value);
      }
      if (raw == List.class) {
        if (value instanceof ConfigList list) {
          return list(target, list);
        }
        throw Scalars.bad("must be a list [ ... ]", value);
      }
      boolean size = target.bytes && (raw == long.class || raw == Long.class);
      return Optional.of(size ? Long.valueOf(Scalars.bytes(value)) : Scalars.read(raw, value));
    } catch (IllegalArgumentException e) {
      return problem(value, target.key, e.getMessage());
    }
  }

  private Optional<Object> list(Target target, ConfigList list) {
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      value(target.argument(target.key + "[" + i + "]"), list.get(i)).ifPresent(elements::add);
    }
    return elements.size() < list.size() ? Optional.empty() : Optional.of(List.copyOf(elements));
  }

  private void rejectUnknown(String prefix, ConfigObject section, Set<String> known) {
    new TreeMap<>(section)
        .forEach(
            (name, value) -> {
              if (!known.contains(name)) {
                problem(
                    value,
                    prefix + ConfigUtil.joinPath(name),
                    "unknown key, " + Suggestions.hint(name, known));
              }
            });
  }

  private Optional<Object> construct(
      String prefix, Class<?> type, ConfigObject section, Object[] arguments) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return Optional.of(constructor.newInstance(arguments));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException rejected) {
        rejected.getMessage().lines().forEach(line -> rejected(prefix, section, line));
        return Optional.empty();
      }
      throw e.getCause() instanceof RuntimeException unchecked
          ? unchecked
          : new IllegalStateException("the constructor of " + type + " failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("every record has its canonical constructor: " + type, e);
    }
  }

  private void rejected(String prefix, ConfigObject section, String message) {
    if (KEYED_MESSAGE.matcher(message).matches()) {
      int colon = message.indexOf(": ");
      String key = message.substring(0, colon);
      ConfigValue culprit = find(section, key.replaceAll("\\[.*", "")).orElse(section);
      problem(culprit, prefix + key, message.substring(colon + 2));
    } else {
      problem(section, prefix.replaceAll("\\.$", ""), message);
    }
  }

  private Optional<Object> problem(ConfigValue value, String key, String message) {
    problems.add(Problem.line(value, key, message));
    return Optional.empty();
  }

  /** What is at a path, null values included. */
  static Optional<ConfigValue> find(ConfigObject root, String path) {
    ConfigValue value = root;
    for (String name : ConfigUtil.splitPath(path)) {
      if (!(value instanceof ConfigObject object) || !object.containsKey(name)) {
        return Optional.empty();
      }
      value = object.get(name);
    }
    return Optional.of(value);
  }

  /** What a value becomes: its full key, the type, and whether it counts bytes. */
  private record Target(String key, Type type, boolean bytes) {
    Class<?> raw() {
      return (Class<?>) (type instanceof ParameterizedType p ? p.getRawType() : type);
    }

    Target argument(String argumentKey) {
      return new Target(argumentKey, ((ParameterizedType) type).getActualTypeArguments()[0], bytes);
    }
  }
}
