package io.sparksr.jobs;

import io.sparksr.core.image.LanczosResampler;
import io.sparksr.core.image.RgbImage;
import io.sparksr.evaluation.EvaluationProtocol;
import io.sparksr.evaluation.NearestEnlarger;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** The models that need no training: enlargement by a fixed filter. */
final class Interpolations {
  /** The baseline: the protocol's own bicubic enlargement. */
  static final String BICUBIC = "bicubic";

  private static final Map<String, BiFunction<EvaluationProtocol, RgbImage, RgbImage>> CATALOGUE =
      new TreeMap<>(
          Map.of(
              BICUBIC,
              EvaluationProtocol::enlarge,
              "nearest",
              (protocol, lr) -> NearestEnlarger.enlarge(lr, protocol.scale()),
              "lanczos",
              (protocol, lr) ->
                  LanczosResampler.resize(
                      lr, lr.width() * protocol.scale(), lr.height() * protocol.scale())));

  private Interpolations() {}

  static boolean has(String name) {
    return CATALOGUE.containsKey(name);
  }

  /** LR enlarged by the protocol's scale; empty if there is no interpolation of that name. */
  static Optional<RgbImage> enlarge(String name, EvaluationProtocol protocol, RgbImage lr) {
    return Optional.ofNullable(CATALOGUE.get(name)).map(filter -> filter.apply(protocol, lr));
  }
}
