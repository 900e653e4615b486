package io.sparksr.core.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What somebody probably meant to type. */
final class Suggestions {
  private Suggestions() {}

  /** A half sentence to follow "unknown key": the nearest known name, or all of them. */
  static String hint(String typed, Collection<String> known) {
    if (known.isEmpty()) {
      return "nothing can be set here";
    }
    return nearest(typed, known)
        .map(name -> "did you mean " + name + "?")
        .orElseGet(() -> "known are " + String.join(", ", known));
  }

  /** The name with the least edit distance, if half of the letters agree or it begins so. */
  private static Optional<String> nearest(String typed, Collection<String> known) {
    return known.stream()
        .filter(
            name ->
                name.startsWith(typed)
                    || 2 * distance(typed, name) <= Math.max(typed.length(), name.length()))
        .min(Comparator.comparingInt(name -> distance(typed, name)));
  }

  /**
   * Insertions, deletions, replacements and exchanges of neighbours that turn one word into the
   * other (optimal string alignment).
   */
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
