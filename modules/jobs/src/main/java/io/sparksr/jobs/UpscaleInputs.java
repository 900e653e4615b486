package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What there is to enlarge, and how each output is called. */
final class UpscaleInputs {
  private static final String PNG = ".png";

  private final FileStore files;
  private final List<UpscaleTask.Item> items = new ArrayList<>();
  private final Set<String> taken = new LinkedHashSet<>();

  private UpscaleInputs(FileStore files) {
    this.files = files;
  }

  /** A single file whose output has a name of its own. */
  static UpscaleTask.Item single(FileEntry file, String output) {
    return new UpscaleTask.Item(file.uri(), output, file.bytes(), file.modifiedMillis());
  }

  /**
   * A file, or every file below a folder whose name is not hidden.
   *
   * @throws UserException (input) if there is none
   */
  static List<UpscaleTask.Item> below(FileStore files, FileEntry root) throws IOException {
    UpscaleInputs inputs = new UpscaleInputs(files);
    if (root.directory()) {
      inputs.collect(root.uri(), "");
    } else {
      inputs.add(root, root.name());
    }
    if (inputs.items.isEmpty()) {
      throw UserException.input(
          root.uri() + ": holds no files. Name a folder of images with --input");
    }
    return inputs.items;
  }

  private void collect(String folder, String path) throws IOException {
    for (FileEntry entry : files.list(folder)) {
      if (Hidden.test(entry.name())) {
        continue;
      }
      if (entry.directory()) {
        collect(entry.uri(), path + entry.name() + "/");
      } else {
        add(entry, path + entry.name());
      }
    }
  }

  private void add(FileEntry file, String path) {
    items.add(single(file, outputName(path)));
  }

  /** {@code a.jpg} becomes {@code a.png}; where that is taken already, {@code a.jpg.png}. */
  private String outputName(String path) {
    int dot = path.lastIndexOf('.');
    String plain = (dot > path.lastIndexOf('/') + 1 ? path.substring(0, dot) : path) + PNG;
    String name = taken.add(plain) ? plain : path + PNG;
    taken.add(name);
    return name;
  }
}
