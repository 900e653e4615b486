package io.sparksr.jobs;

import io.sparksr.core.io.Uris;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/** What the ids of the images below each of several roots begin with. */
final class RootNames {
  private RootNames() {}

  /**
   * Distinct prefixes by root: nothing for a single root; otherwise its name, with {@code ~2},
   * {@code ~3} ... behind it where that is taken, and a slash.
   *
   * @param roots URIs, in the order in which names are given; may repeat
   */
  static Map<String, String> prefixes(List<String> roots) {
    Map<String, String> prefixes = new LinkedHashMap<>();
    roots.forEach(root -> prefixes.put(root, ""));
    if (prefixes.size() > 1) {
      Set<String> used = new HashSet<>();
      for (Map.Entry<String, String> prefix : prefixes.entrySet()) {
        String name = name(prefix.getKey());
        String unused = name;
        for (int i = 2; !used.add(unused); i++) {
          unused = name + "~" + i;
        }
        prefix.setValue(unused + "/");
      }
    }
    return prefixes;
  }

  /** A bucket's name is no part of ids, so that its images may move to another. */
  private static String name(String root) {
    String path = new Path(root.endsWith("/") ? root : root + "/").toUri().getPath();
    String name = Uris.name(path);
    return name.isEmpty() ? "root" : name;
  }
}
