package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files that there are to enlarge, and what their outputs are called. */
final class UpscaleInputs {
  private static final Logger LOG = LoggerFactory.getLogger(UpscaleInputs.class);

  private final FileStore files;
  private final List<Found> found = new ArrayList<>();

  /** A file with its path relative to the input. */
  private record Found(FileEntry file, String path) {}

  private UpscaleInputs(FileStore files) {
    this.files = files;
  }

  /** A file, or every file below a folder whose name is not hidden. */
  static UpscaleInputs below(FileStore files, FileEntry root) throws IOException {
    UpscaleInputs inputs = new UpscaleInputs(files);
    if (root.directory()) {
      inputs.collect(root.uri(), "");
    } else {
      inputs.found.add(new Found(root, root.name()));
    }
    inputs.found.sort(Comparator.comparing(Found::path));
    return inputs;
  }

  /**
   * Checks that a folder holds something.
   *
   * @throws UserException (input) if there is nothing
   */
  static void requireSome(int inputs, FileEntry root) {
    if (inputs == 0) {
      throw UserException.input(
          root.uri() + ": holds no files. Name a folder of images with --input");
    }
  }

  private void collect(String folder, String path) throws IOException {
    for (FileEntry entry : files.list(folder)) {
      if (Hidden.test(entry.name())) {
        continue;
      }
      if (entry.directory() && files.loops(entry.uri())) {
        LOG.warn("{} is not entered: it is a link to a folder above it", entry.uri());
      } else if (entry.directory()) {
        collect(entry.uri(), path + entry.name() + "/");
      } else {
        found.add(new Found(entry, path + entry.name()));
      }
    }
  }

  /**
   * Inputs with the names of their outputs.
   *
   * @param known names of earlier outputs by the input's URI, which they keep, whatever has come
   *     since
   * @param extension of outputs
   */
  List<UpscaleItem> named(Map<String, String> known, String extension) {
    UpscaleNames names = new UpscaleNames(extension);
    for (Found input : found) {
      names.reserveFolders(input.path);
      String name = known.get(input.file.uri());
      if (name != null && name.endsWith("." + extension)) {
        names.reserve(name);
      }
    }
    List<UpscaleItem> items = new ArrayList<>();
    for (Found input : found) {
      String name = known.get(input.file.uri());
      boolean isKept = name != null && name.endsWith("." + extension);
      items.add(new UpscaleItem(input.file, isKept ? name : names.give(input.path)));
    }
    return items;
  }
}
