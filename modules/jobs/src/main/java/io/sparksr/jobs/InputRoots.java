package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.Uris;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The inputs of a job as folders to list and single files.
 *
 * <p>An image's id is its path relative to the root it was found below: the folder given, the
 * folder of the file given, or the longest part of a pattern's path without wildcards. Where there
 * are several roots, the root's name comes first (with {@code ~2}, {@code ~3} ... behind it where
 * names repeat). So ids are unique, and the same after the inputs were moved.
 *
 * @param folders to list with all they hold
 * @param files given one by one
 */
record InputRoots(List<Folder> folders, List<ImageFile> files) {
  private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

  /**
   * A folder to list.
   *
   * @param uri where it is
   * @param idPrefix what the ids of the files in it begin with: empty, or ending with a slash
   */
  record Folder(String uri, String idPrefix) implements Serializable {}

  /** What an input names, and its root. */
  private record Found(FileEntry entry, String root) {}

  /**
   * Resolves inputs. What lies below another input, or is given twice, counts once.
   *
   * @param inputs URIs of folders or files, or Hadoop patterns
   * @throws UserException (input) naming the input that is not there
   */
  static InputRoots resolve(HadoopFileStore store, List<String> inputs) throws IOException {
    if (inputs.isEmpty()) {
      throw UserException.configuration("--input: give at least one folder, file or pattern.");
    }
    List<Found> all = new ArrayList<>();
    for (String input : inputs) {
      all.addAll(find(store, input));
    }
    List<Found> distinct = withoutNested(all);
    Map<String, String> prefixes = prefixes(distinct);
    List<Folder> folders = new ArrayList<>();
    List<ImageFile> files = new ArrayList<>();
    for (Found found : distinct) {
      String uri = found.entry.uri();
      String below = uri.equals(found.root) ? "" : uri.substring(found.root.length() + 1);
      String id = prefixes.get(found.root) + below;
      if (found.entry.directory()) {
        folders.add(new Folder(uri, id.isEmpty() || id.endsWith("/") ? id : id + "/"));
      } else {
        files.add(new ImageFile(uri, id, found.entry.bytes()));
      }
    }
    return new InputRoots(List.copyOf(folders), List.copyOf(files));
  }

  private static List<Found> find(HadoopFileStore store, String input) throws IOException {
    if (input.isBlank()) {
      throw UserException.configuration("--input: must not be empty.");
    }
    Optional<FileEntry> exact = store.status(input);
    if (exact.isPresent()) {
      FileEntry entry = exact.get();
      return List.of(new Found(entry, entry.directory() ? entry.uri() : parent(entry.uri())));
    }
    Matcher wildcard = WILDCARD.matcher(input);
    if (!wildcard.find()) {
      throw UserException.input(
          input + ": not found. Give an existing folder, file or pattern as --input.");
    }
    List<FileEntry> matches =
        store.glob(input).stream().filter(match -> !Hidden.test(match.name())).toList();
    if (matches.isEmpty()) {
      throw UserException.input(input + ": no file or folder matches this pattern.");
    }
    // As many path parts as the pattern has up to its first wildcard belong to the root.
    String wild = input.substring(wildcard.start()).replaceAll("/+$", "");
    int levels = (int) wild.chars().filter(c -> c == '/').count() + 1;
    List<Found> found = new ArrayList<>();
    for (FileEntry match : matches) {
      String root = match.uri();
      for (int i = 0; i < levels; i++) {
        root = parent(root);
      }
      found.add(new Found(match, root));
    }
    return found;
  }

  private static List<Found> withoutNested(List<Found> all) {
    Set<String> folders = new HashSet<>();
    all.stream().filter(f -> f.entry.directory()).forEach(f -> folders.add(trimmed(f.entry.uri())));
    Set<String> seen = new HashSet<>();
    List<Found> distinct = new ArrayList<>();
    for (Found found : all) {
      if (seen.add(found.entry.uri()) && !listedBelow(folders, found.entry.uri())) {
        distinct.add(found);
      }
    }
    return distinct;
  }

  /** Whether listing one of the folders finds this URI. */
  private static boolean listedBelow(Set<String> folders, String uri) {
    String below = trimmed(uri);
    while (below.indexOf('/') >= 0 && !Hidden.test(Uris.name(below))) {
      below = parent(below);
      if (folders.contains(below)) {
        return true;
      }
    }
    return false;
  }

  private static Map<String, String> prefixes(List<Found> found) {
    Map<String, String> prefixes = new LinkedHashMap<>();
    found.forEach(f -> prefixes.put(f.root, ""));
    if (prefixes.size() > 1) {
      Map<String, Integer> uses = new HashMap<>();
      for (Map.Entry<String, String> prefix : prefixes.entrySet()) {
        String name = Uris.name(prefix.getKey());
        int use = uses.merge(name, 1, Integer::sum);
        prefix.setValue((use == 1 ? name : name + "~" + use) + "/");
      }
    }
    return prefixes;
  }

  /** Only the root of a bucket or disk ends with a slash. */
  private static String trimmed(String uri) {
    return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
  }

  private static String parent(String uri) {
    int slash = uri.lastIndexOf('/');
    return slash < 0 ? uri : uri.substring(0, slash);
  }
}
