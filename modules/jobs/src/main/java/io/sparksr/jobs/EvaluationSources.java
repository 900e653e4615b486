package io.sparksr.jobs;

import io.sparksr.core.UserException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an evaluation reads beside the images. */
final class EvaluationSources {
  private EvaluationSources() {}

  /**
   * Folders of LR images by the sets' names.
   *
   * @throws UserException (configuration) if one is not written SET=URI, or there is no such set
   */
  static Map<String, String> lrFolders(List<String> texts, List<ModelRef.Named> sets) {
    Map<String, String> folders = new LinkedHashMap<>();
    ModelRef.Named.requireDistinct(
        "--lr", texts.stream().map(text -> ModelRef.Named.parse(text).name()).toList());
    for (String text : texts) {
      ModelRef.Named named = ModelRef.Named.parse(text);
      if (sets.stream().noneMatch(set -> set.name().equals(named.name()))) {
        throw UserException.configuration(
            "--lr: '%s' names none of the sets %s. Write SET=URI with a name of --set"
                .formatted(text, sets.stream().map(ModelRef.Named::name).toList()));
      }
      folders.put(named.name(), named.uri());
    }
    return folders;
  }

  /** What the scores come from, for the report's provenance. */
  static Map<String, String> of(
      List<ModelRef> models,
      Map<String, String> lr,
      EvaluateSettings settings,
      Optional<String> weights) {
    Map<String, String> sources = new LinkedHashMap<>();
    weights.ifPresent(sha256 -> sources.put(settings.vgg19Weights(), sha256));
    models.stream()
        .filter(m -> !m.builtIn())
        .forEach(m -> sources.put(m.folder(), m.fingerprint()));
    lr.forEach((set, uri) -> sources.put(uri, "LR images of " + set + ", given"));
    return sources;
  }
}
