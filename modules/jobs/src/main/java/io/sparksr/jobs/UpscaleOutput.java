package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Uris;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A folder of enlarged images. Nothing of the user's is overwritten: a mark tells a folder whose
 * first run was killed before its manifest from one that is none of ours.
 */
record UpscaleOutput(HadoopFileStore files, String folder) {
  private static final String MARK = "_started";

  /**
   * Checks the folder.
   *
   * @throws UserException (input) if it holds something else, or it and the input lie in each other
   */
  void check(FileEntry input) throws IOException {
    String output = files.absolute(folder);
    if (output.equals(input.uri())
        || output.startsWith(input.uri() + "/")
        || input.uri().startsWith(output + "/")) {
      throw UserException.input(
          folder + ": lies in the input, or the input in it. Choose another --output");
    }
    Optional<FileEntry> there = files.status(folder);
    if (there.isPresent() && !there.get().directory()) {
      throw UserException.input(folder + ": is a file. Choose a folder as --output");
    }
    if (there.isPresent()
        && manifest().isEmpty()
        && !files.exists(Uris.child(folder, MARK))
        && !files.list(folder).isEmpty()) {
      throw UserException.input(
          folder
              + ": is not empty and holds no "
              + UpscaleManifest.NAME
              + " of enlarged images. Choose an empty or new folder as --output");
    }
  }

  /** Marks the folder as ours, before the first output. */
  void claim() throws IOException {
    files.writeBytes(Uris.child(folder, MARK), new byte[0]);
  }

  /**
   * Checks the name of a single output.
   *
   * @throws UserException (input) if it is the input
   */
  void refuseToOverwrite(FileEntry input, String output) throws IOException {
    if (files.absolute(output).equals(input.uri())) {
      throw UserException.input(output + ": is the input. Choose another name as --output");
    }
  }

  /** What earlier runs have noted, by input: the journals of killed ones come last. */
  Map<String, List<UpscaleManifest.Entry>> known() throws IOException {
    List<UpscaleManifest.Entry> all = new ArrayList<>();
    manifest().ifPresent(manifest -> all.addAll(manifest.entries()));
    all.addAll(UpscaleJournal.read(files, folder, ""));
    Map<String, List<UpscaleManifest.Entry>> byInput = new HashMap<>();
    all.forEach(e -> byInput.computeIfAbsent(e.input(), key -> new ArrayList<>()).add(e));
    return byInput;
  }

  /** The manifest of an earlier run; another artefact's manifest of the same name is refused. */
  private Optional<UpscaleManifest> manifest() throws IOException {
    String uri = Uris.child(folder, UpscaleManifest.NAME);
    try {
      return Optional.of(JsonCodec.parse(files.readBytes(uri), UpscaleManifest.class, uri));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** The sizes of all files in the folder, by path. */
  Map<String, Long> sizes() throws IOException {
    Map<String, Long> sizes = new HashMap<>();
    if (files.exists(folder)) {
      collect(folder, "", sizes);
    }
    return sizes;
  }

  private void collect(String uri, String path, Map<String, Long> sizes) throws IOException {
    for (FileEntry entry : files.list(uri)) {
      if (entry.directory() && !entry.name().equals(UpscaleJournal.FOLDER)) {
        collect(entry.uri(), path + entry.name() + "/", sizes);
      } else {
        sizes.put(path + entry.name(), entry.bytes());
      }
    }
  }

  /** Writes the manifest, which makes everything else count. */
  void complete(UpscaleManifest manifest) throws IOException {
    files.writeBytes(Uris.child(folder, UpscaleManifest.NAME), JsonCodec.document(manifest));
    UpscaleJournal.remove(files, folder);
    files.delete(Uris.child(folder, MARK));
  }
}
