package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Uris;
import io.sparksr.nn.ModelFolder;
import io.sparksr.training.CheckpointStore;
import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;

/**
 * A model that was asked for.
 *
 * @param name in reports
 * @param folder the model folder; empty for what is built in
 * @param run the run it is the newest checkpoint of, if it was given as a run
 * @param scale its enlargement; 0 for what is built in, which has any
 * @param fingerprint SHA-256 of its weights; empty for what is built in
 */
record ModelRef(String name, String folder, Optional<String> run, int scale, String fingerprint) {
  /** The baseline's name. */
  static final String BICUBIC = "bicubic";

  /** The name of what only repeats pixels. */
  static final String NEAREST = "nearest";

  /** What tasks take along. */
  record Remote(String name, String folder) implements Serializable {}

  /**
   * Finds a model.
   *
   * @param text {@code bicubic}, {@code nearest}, or the URI of a run, a checkpoint or a model
   *     folder, possibly with {@code NAME=} before it
   * @throws UserException (input) if there is no model
   */
  static ModelRef resolve(FileStore files, String text) throws IOException {
    if (text.equals(BICUBIC) || text.equals(NEAREST)) {
      return new ModelRef(text, "", Optional.empty(), 0, "");
    }
    Named named = Named.parse(text);
    if (ModelFolder.isModel(files, named.uri())) {
      return of(files, named.name(), named.uri(), Optional.empty());
    }
    CheckpointStore checkpoints = new CheckpointStore(files, named.uri());
    Optional<Long> latest = checkpoints.latest();
    if (latest.isPresent()) {
      return of(files, named.name(), checkpoints.uri(latest.get()), Optional.of(named.uri()));
    }
    throw UserException.input(
        named.uri()
            + (files.exists(named.uri()) ? ": holds no model" : ": not found")
            + ". Name a run, a checkpoint or a folder with model.json and model.safetensors");
  }

  /** Whether it is an interpolation, not a network. */
  boolean builtIn() {
    return folder.isEmpty();
  }

  Remote remote() {
    return new Remote(name, folder);
  }

  private static ModelRef of(FileStore files, String name, String folder, Optional<String> run)
      throws IOException {
    int scale = ModelFolder.describe(files, folder).settings().scale();
    return new ModelRef(name, folder, run, scale, ModelFolder.fingerprint(files, folder));
  }

  /** A URI with a name: {@code NAME=URI}, or a URI whose last part is the name. */
  record Named(String name, String uri) {
    static Named parse(String text) {
      int equals = text.indexOf('=');
      boolean named = equals > 0 && text.substring(0, equals).matches("[\\w .+-]+");
      String uri = named ? text.substring(equals + 1) : text;
      return new Named(named ? text.substring(0, equals) : Uris.name(uri), uri);
    }
  }
}
