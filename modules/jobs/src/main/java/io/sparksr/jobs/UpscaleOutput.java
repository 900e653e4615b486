package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Uris;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A folder of enlarged images. Nothing of the user's is overwritten: a mark tells a folder whose
 * first run was killed before its manifest from one that is none of ours.
 */
record UpscaleOutput(HadoopFileStore files, String folder) {
  private static final String MARK = "_started";

  /**
   * Prepares the folder.
   *
   * @throws UserException (input) if it holds something else, or it and the input lie in each other
   */
  void claim(FileEntry input) throws IOException {
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

  /** The entries of an earlier run with the same weights, by input. */
  Map<String, UpscaleManifest.Entry> madeBy(String modelSha256) throws IOException {
    Map<String, UpscaleManifest.Entry> entries = new HashMap<>();
    manifest()
        .filter(manifest -> manifest.modelSha256().equals(modelSha256))
        .ifPresent(manifest -> manifest.entries().forEach(e -> entries.put(e.input(), e)));
    return entries;
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

  /** Whether an output is there as it was written, and its input has not changed since. */
  boolean isCurrent(UpscaleTask.Item item, UpscaleManifest.Entry entry) throws IOException {
    if (entry.status() != UpscaleManifest.Status.DONE || entry.inputBytes() != item.bytes()) {
      return false;
    }
    Optional<FileEntry> output = files.status(Uris.child(folder, entry.output()));
    return output.isPresent()
        && output.get().bytes() == entry.outputBytes()
        && item.modifiedMillis() <= output.get().modifiedMillis();
  }

  /** Writes the manifest, which makes everything else count. */
  void complete(UpscaleManifest manifest) throws IOException {
    files.writeBytes(Uris.child(folder, UpscaleManifest.NAME), JsonCodec.document(manifest));
    files.delete(Uris.child(folder, MARK));
  }
}
