package io.sparksr.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Sha256;
import io.sparksr.core.io.Uris;
import io.sparksr.nn.ModelDescription;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder a job writes its artefact to. A mark is written first and removed after the manifest,
 * so that a job that was killed is told from a folder that is none of ours.
 */
final class OutputFolder {
  private static final Logger LOG = LoggerFactory.getLogger(OutputFolder.class);
  private static final String MARK = "_started.json";

  private final FileStore files;
  private final String uri;
  private final String manifest;
  private final String what;
  private final List<String> owned;

  /**
   * The folder of one artefact.
   *
   * @param manifest the name of its manifest
   * @param what the artefact in messages, for instance {@code "an index"}
   * @param owned how the names begin of what the job itself puts there, and may remove
   */
  OutputFolder(FileStore files, String uri, String manifest, String what, List<String> owned) {
    this.files = files;
    this.uri = uri;
    this.manifest = manifest;
    this.what = what;
    this.owned = List.copyOf(owned);
  }

  /** What an artefact is made of, digested; equal identities give equal artefacts. */
  static String fingerprint(Record identity) {
    return Sha256.of(JsonCodec.line(identity).getBytes(UTF_8));
  }

  /**
   * Prepares the folder.
   *
   * @return whether it already holds the complete artefact
   * @throws UserException (input) if it holds something else
   */
  boolean claim(String fingerprint, Existing existing) throws IOException {
    Optional<String> complete = fingerprintIn(manifest);
    Optional<String> begun = fingerprintIn(MARK);
    if (complete.isEmpty() && begun.isEmpty()) {
      refuseForeignFiles();
    } else if (existing == Existing.OVERWRITE) {
      clear();
    } else if (complete.isPresent()) {
      if (complete.get().equals(fingerprint)) {
        return true;
      }
      throw UserException.input(
          uri
              + ": holds "
              + what
              + " made with other settings or inputs. Choose another --output, or add --overwrite"
              + " to make it anew.");
    } else if (!begun.get().equals(fingerprint)) {
      LOG.warn("{}: {} of other settings or inputs, begun and not finished, is removed", uri, what);
      clear();
    }
    files.writeBytes(Uris.child(uri, MARK), JsonCodec.document(new Mark(fingerprint)));
    return false;
  }

  /**
   * Removes files that an attempt at a task wrote for nothing: those the manifest does not name.
   *
   * @param folder below this one
   * @param named paths of the files to keep, relative to this folder
   */
  void removeUnnamed(String folder, Set<String> named) throws IOException {
    String below = Uris.child(uri, folder);
    if (!files.exists(below)) {
      return;
    }
    for (FileEntry entry : files.list(below)) {
      if (!entry.directory() && !named.contains(Uris.child(folder, entry.name()))) {
        LOG.info("{} is removed: another attempt at the same task counts", entry.uri());
        files.delete(entry.uri());
      }
    }
  }

  /** The same for tar files in the folder itself. */
  void removeUnnamedTars(Set<String> named) throws IOException {
    for (FileEntry entry : files.list(uri)) {
      if (entry.name().endsWith(".tar") && !named.contains(entry.name())) {
        files.delete(entry.uri());
      }
    }
  }

  /**
   * Prepares the folder of a model, whose manifest is its description. One that is there with the
   * same description is made anew: it costs nothing, and gives the same bytes.
   *
   * @throws UserException (input) if the folder holds something else
   */
  void claimModel(ModelDescription description, Existing existing) throws IOException {
    String there = Uris.child(uri, manifest);
    boolean same =
        files.exists(there)
            && Sha256.of(files.readBytes(there)).equals(Sha256.of(JsonCodec.document(description)));
    claim(fingerprint(description), same ? Existing.OVERWRITE : existing);
  }

  /** Writes the manifest, which makes everything else count. */
  void complete(Record content) throws IOException {
    files.writeBytes(Uris.child(uri, manifest), JsonCodec.document(content));
    files.delete(Uris.child(uri, MARK));
  }

  private Optional<String> fingerprintIn(String name) throws IOException {
    String document = Uris.child(uri, name);
    try {
      Mark mark = JsonCodec.parse(files.readBytes(document), Mark.class, document);
      return Optional.of(mark.fingerprint == null ? "" : mark.fingerprint);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private void refuseForeignFiles() throws IOException {
    Optional<FileEntry> there = files.status(uri);
    if (there.isEmpty()) {
      return;
    }
    if (!there.get().directory()) {
      throw UserException.input(uri + ": is a file. Choose a folder as --output.");
    }
    List<FileEntry> content = files.list(uri);
    if (!content.isEmpty()) {
      throw UserException.input(
          uri
              + ": is not empty and holds no "
              + manifest
              + " (but "
              + content.get(0).name()
              + ", for instance). Choose an empty or new folder as --output.");
    }
  }

  /** The manifest goes first: from then on the folder no longer counts as complete. */
  private void clear() throws IOException {
    files.delete(Uris.child(uri, manifest));
    for (FileEntry entry : files.list(uri)) {
      if (owned.stream().anyMatch(entry.name()::startsWith)) {
        files.delete(entry.uri());
      }
    }
  }

  /** What manifests and marks have in common. */
  private record Mark(String fingerprint) {}
}
