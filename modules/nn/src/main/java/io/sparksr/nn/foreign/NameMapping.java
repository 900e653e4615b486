package io.sparksr.nn.foreign;

import io.sparksr.core.UserException;
import io.sparksr.nn.NamedTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A mapping file: how the tensors of a foreign file are named here, and what its pixels range over.
 *
 * @param inputRange {@code imagenet}, {@code unit} or {@code signed}; null: the network's own
 * @param outputRange likewise
 * @param rename rules in order; each name follows the first that matches, others stay
 */
public record NameMapping(String inputRange, String outputRange, List<Rule> rename) {
  private static final List<String> PREFIXES = List.of("module.", "net.");

  /** No renaming but that of prefixes. */
  public static final NameMapping NONE = new NameMapping(null, null, List.of());

  /** No rules where the file has none. */
  public NameMapping {
    rename = rename == null ? List.of() : List.copyOf(rename);
  }

  /**
   * One rule.
   *
   * @param from a regular expression, matched at any place of a name
   * @param to what replaces the place; {@code $1} is its first group
   */
  public record Rule(String from, String to) {
    /** Checks the expression. */
    public Rule {
      if (from == null || to == null) {
        throw new IllegalArgumentException("rename: each rule needs from and to");
      }
      try {
        Pattern.compile(from);
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            "rename: from: '" + from + "' is no regular expression", e);
      }
    }
  }

  /**
   * Tensors under their names here.
   *
   * @param tensors by name
   * @param applied the rules that renamed something, with how many names, one line each
   */
  record Renamed(Map<String, NamedTensor> tensors, List<String> applied) {}

  /**
   * Renames: first prefixes that all names share, again and again, then the rules.
   *
   * @throws UserException (input) if two tensors get the same name
   */
  Renamed apply(Map<String, NamedTensor> tensors, String source) {
    List<String> applied = new ArrayList<>();
    Map<String, NamedTensor> current = tensors;
    for (String prefix = commonPrefix(current); !prefix.isEmpty(); prefix = commonPrefix(current)) {
      applied.add("prefix '" + prefix + "' removed from all " + current.size() + " names");
      Map<String, NamedTensor> stripped = new LinkedHashMap<>();
      String removed = prefix;
      current.forEach((name, tensor) -> stripped.put(name.substring(removed.length()), tensor));
      current = stripped;
    }
    int[] uses = new int[rename.size()];
    Map<String, NamedTensor> renamed = new LinkedHashMap<>();
    current.forEach(
        (name, tensor) -> {
          String target = target(name, uses);
          NamedTensor moved = new NamedTensor(target, tensor.shape(), tensor.values());
          if (renamed.put(target, moved) != null) {
            throw UserException.input(
                source + ": the mapping names two tensors '" + target + "', one of them " + name);
          }
        });
    for (int i = 0; i < uses.length; i++) {
      Rule rule = rename.get(i);
      applied.add("'" + rule.from + "' to '" + rule.to + "': " + uses[i] + " names");
    }
    return new Renamed(renamed, applied);
  }

  private String target(String name, int[] uses) {
    for (int i = 0; i < uses.length; i++) {
      Matcher matcher = Pattern.compile(rename.get(i).from).matcher(name);
      if (matcher.find()) {
        uses[i]++;
        try {
          return matcher.replaceFirst(rename.get(i).to);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
          throw UserException.input("rename: to: '" + rename.get(i).to + "': " + e.getMessage(), e);
        }
      }
    }
    return name;
  }

  private static String commonPrefix(Map<String, NamedTensor> tensors) {
    return PREFIXES.stream()
        .filter(prefix -> tensors.keySet().stream().allMatch(name -> name.startsWith(prefix)))
        .findFirst()
        .orElse("");
  }
}
