package io.sparksr.nn;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Sha256;
import io.sparksr.core.io.Uris;
import java.io.FileNotFoundException;
import java.io.IOException;

/**
 * A trained network on disk: {@code model.json} and {@code model.safetensors}. Every checkpoint is
 * one.
 */
public final class ModelFolder {
  /** The file with the weights. */
  public static final String WEIGHTS = "model.safetensors";

  /** The file that says what the weights are for. */
  public static final String DESCRIPTION = "model.json";

  private ModelFolder() {}

  /** Whether a folder holds a model. */
  public static boolean isModel(FileStore files, String uri) throws IOException {
    return files.exists(Uris.child(uri, DESCRIPTION));
  }

  /**
   * Reads the description.
   *
   * @throws UserException (input) if there is none, or it is not one
   */
  public static ModelDescription describe(FileStore files, String uri) throws IOException {
    return JsonCodec.read(
        files,
        Uris.child(uri, DESCRIPTION),
        ModelDescription.class,
        "Name a run, a checkpoint or a model folder");
  }

  /**
   * Loads a network, ready to enlarge.
   *
   * @param manager owns its values
   * @throws UserException (input) if the folder holds no model, or it is damaged
   */
  public static SuperResolutionNetwork load(
      FileStore files, String uri, Precision precision, NDManager manager) throws IOException {
    ModelDescription description = describe(files, uri);
    SuperResolutionNetwork network;
    try {
      network = description.create(precision);
    } catch (IllegalArgumentException e) {
      throw UserException.input(Uris.child(uri, DESCRIPTION) + ": " + e.getMessage(), e);
    }
    String weights = Uris.child(uri, WEIGHTS);
    try {
      new FlatParameters(network, manager)
          .load(Safetensors.read(files.readBytes(weights), weights), weights);
    } catch (FileNotFoundException e) {
      throw UserException.input(
          weights + ": not found beside " + DESCRIPTION + ". Copy the whole folder", e);
    }
    return network;
  }

  /** The SHA-256 of a model's weights, which identifies it. */
  public static String fingerprint(FileStore files, String uri) throws IOException {
    return Sha256.of(files, Uris.child(uri, WEIGHTS));
  }
}
