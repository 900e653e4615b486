package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.Uris;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.GlobPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  static final InputRoots NONE = new InputRoots(List.of(), List.of());

  private static final Logger LOG = LoggerFactory.getLogger(InputRoots.class);

  private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

  /**
   * A folder to list.
   *
   * @param uri where it is
   * @param idPrefix what the ids of the files in it begin with: empty, or ending with a slash
   * @param pattern which of its direct children count, as a Hadoop pattern; empty for all
   */
  record Folder(String uri, String idPrefix, String pattern) implements Serializable {
    Folder(String uri, String idPrefix) {
      this(uri, idPrefix, "");
    }

    /** Whether a name matches the pattern. */
    Predicate<String> wanted() {
      if (pattern.isEmpty()) {
        return name -> true;
      }
      GlobPattern glob = new GlobPattern(pattern);
      return glob::matches;
    }
  }

  /** What an input names, and its root. */
  private record Found(FileEntry entry, String root, String pattern) {
    Found(FileEntry entry, String root) {
      this(entry, root, "");
    }
  }

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
    Map<String, String> prefixes = RootNames.prefixes(distinct.stream().map(Found::root).toList());
    List<Folder> folders = new ArrayList<>();
    List<ImageFile> files = new ArrayList<>();
    for (Found found : distinct) {
      String uri = found.entry.uri();
      String below = uri.equals(found.root) ? "" : uri.substring(found.root.length() + 1);
      String id = prefixes.get(found.root) + below;
      if (found.entry.directory()) {
        folders.add(
            new Folder(uri, id.isEmpty() || id.endsWith("/") ? id : id + "/", found.pattern));
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
      if (WILDCARD.matcher(input).find()) {
        LOG.warn("{} exists under this very name, and is not taken for a pattern", input);
      }
      return List.of(new Found(entry, entry.directory() ? entry.uri() : parent(entry.uri())));
    }
    Matcher wildcard = WILDCARD.matcher(input);
    if (!wildcard.find()) {
      throw UserException.input(
          input + ": not found. Give an existing folder, file or pattern as --input.");
    }
    Optional<List<Found>> patterned = inFolders(store, input, wildcard.start());
    if (patterned.isPresent()) {
      return patterned.get();
    }
    List<FileEntry> matches =
        glob(store, input).stream().filter(match -> !Hidden.test(match.name())).toList();
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

  private static List<FileEntry> glob(HadoopFileStore store, String input) throws IOException {
    try {
      return store.glob(input);
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).startsWith("Illegal file pattern")) {
        throw noPattern(input, e);
      }
      throw e;
    } catch (IllegalArgumentException e) {
      // HADOOP-7945: where a part of the path without wildcards has a colon, but not the last part.
      throw UserException.input(
          input
              + ": Hadoop can't match patterns where the path has a colon ("
              + e.getMessage()
              + "). Give a folder as --input, or list the files with --input-list.",
          e);
    }
  }

  private static UserException noPattern(String input, IOException wrong) {
    return UserException.input(
        input
            + ": neither exists nor is a pattern ("
            + wrong.getMessage()
            + "). Put a backslash before each of [ { * ? that stands for itself.",
        wrong);
  }

  /**
   * A pattern whose last part alone is matched against files: the folders are found here, the files
   * by whoever lists those, since there may be more than one machine can name.
   */
  private static Optional<List<Found>> inFolders(
      HadoopFileStore store, String input, int firstWildcard) throws IOException {
    int slash = input.lastIndexOf('/');
    String last = input.substring(slash + 1);
    String above = input.substring(0, Math.max(slash, 0));
    boolean isFlat =
        above.chars().filter(c -> c == '{').count() == above.chars().filter(c -> c == '}').count();
    try {
      if (slash < 1 || !isFlat || !new GlobFilter(last).hasPattern()) {
        return Optional.empty();
      }
    } catch (IOException e) {
      throw noPattern(input, e);
    }
    List<Found> found = new ArrayList<>();
    if (firstWildcard > slash) {
      Optional<FileEntry> folder = store.status(above).filter(FileEntry::directory);
      folder.ifPresent(entry -> found.add(new Found(entry, entry.uri(), last)));
    } else {
      for (Found folder : find(store, above)) {
        if (folder.entry.directory()) {
          found.add(new Found(folder.entry, folder.root, last));
        }
      }
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(found);
  }

  private static List<Found> withoutNested(List<Found> all) {
    Set<String> folders = new HashSet<>();
    all.stream()
        .filter(f -> f.entry.directory() && f.pattern.isEmpty())
        .forEach(f -> folders.add(trimmed(f.entry.uri())));
    Map<String, Found> distinct = new LinkedHashMap<>();
    for (Found found : all) {
      String uri = found.entry.uri();
      boolean isWhole = found.pattern.isEmpty();
      if (!listedBelow(folders, uri) && (isWhole || !folders.contains(trimmed(uri)))) {
        // Two patterns on one folder may match the same file: together they match it once.
        distinct.merge(
            uri,
            found,
            (first, second) ->
                first.pattern.isEmpty() || first.pattern.equals(second.pattern)
                    ? first
                    : new Found(
                        first.entry, first.root, "{" + first.pattern + "," + second.pattern + "}"));
      }
    }
    return List.copyOf(distinct.values());
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

  /** Only the root of a bucket or disk ends with a slash. */
  private static String trimmed(String uri) {
    return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
  }

  private static String parent(String uri) {
    int slash = uri.lastIndexOf('/');
    return slash < 0 ? uri : uri.substring(0, slash);
  }
}
