package io.sparksr.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Sha256;
import io.sparksr.core.io.Uris;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * The scores of finished images, one file each, noted in the report's folder until the report is
 * written, so that an evaluation that was killed does not compute them again. A file's name is the
 * hash of all that its content depends on. Images that could not be scored have none.
 *
 * @param folder the notes' folder
 * @param evaluation all that scores depend on beside the image
 */
record EvaluateNotes(String folder, Evaluation evaluation) implements Serializable {
  static final String FOLDER = "_done";

  /**
   * All that scores depend on beside the image.
   *
   * @param version of the code
   * @param models in the order of the report
   * @param featureWeights SHA-256 of the weights of a metric on features; empty without
   * @param maxPixels decides whether an image is scored
   * @param threads of libtorch, which the last bits depend on
   */
  record Evaluation(
      String version,
      List<Model> models,
      int scale,
      List<String> protocols,
      List<String> metrics,
      String featureWeights,
      int tileSize,
      long maxPixels,
      int threads)
      implements Serializable {

    static Evaluation of(
        String version, List<ModelRef> models, EvaluatePlan plan, Optional<String> weights) {
      return new Evaluation(
          version,
          models.stream().map(m -> new Model(m.name(), m.fingerprint())).toList(),
          plan.scale(),
          plan.settings().protocols(),
          plan.settings().metrics(),
          weights.orElse(""),
          plan.settings().tileSize(),
          plan.settings().maxPixels(),
          plan.threads());
    }
  }

  /**
   * A model.
   *
   * @param name in the report
   * @param sha256 of its weights; empty for what is built in
   */
  record Model(String name, String sha256) implements Serializable {}

  private record Key(Evaluation evaluation, EvaluateTask.Item image) {}

  /** What came of an image before, if this very evaluation has finished it. */
  Optional<EvaluateTask.Scored> read(FileStore files, EvaluateTask.Item item) throws IOException {
    String uri = uri(item);
    try {
      return Optional.of(JsonCodec.parse(files.readBytes(uri), EvaluateTask.Scored.class, uri));
    } catch (FileNotFoundException | UserException e) {
      // Not there, or half-written: score the image (again).
      return Optional.empty();
    }
  }

  void write(FileStore files, EvaluateTask.Item item, EvaluateTask.Scored scored)
      throws IOException {
    files.writeBytes(uri(item), JsonCodec.document(scored));
  }

  private String uri(EvaluateTask.Item item) {
    String key = JsonCodec.line(new Key(evaluation, item));
    return Uris.child(folder, Sha256.of(key.getBytes(UTF_8)) + ".json");
  }
}
