package io.sparksr.evaluation;

import io.sparksr.core.UserException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/** The known evaluation protocols by name. */
public final class EvaluationProtocols {
  private static final Map<String, IntFunction<EvaluationProtocol>> PROTOCOLS =
      Map.of(
          TutorialProtocol.NAME, TutorialProtocol::new,
          MatlabProtocol.NAME, MatlabProtocol::new,
          RgbProtocol.NAME, RgbProtocol::new);

  private EvaluationProtocols() {}

  /** The known names, in alphabetical order. */
  public static List<String> names() {
    return PROTOCOLS.keySet().stream().sorted().toList();
  }

  /** What a protocol does, in a sentence; empty for names that are not known. */
  public static Optional<String> description(String name) {
    return Optional.ofNullable(PROTOCOLS.get(name)).map(factory -> factory.apply(1).description());
  }

  /**
   * A protocol for one scale.
   *
   * @param name one of {@link #names()}
   * @param scale at least 1
   * @throws UserException (configuration) if there is no such protocol; it lists the known ones
   */
  public static EvaluationProtocol named(String name, int scale) {
    IntFunction<EvaluationProtocol> factory = PROTOCOLS.get(name);
    if (factory == null) {
      throw UserException.configuration(
          "evaluate.protocols: unknown protocol '%s'; known are %s"
              .formatted(name, String.join(", ", names())));
    }
    if (scale < 1) {
      throw new IllegalArgumentException("scale: must be at least 1, got " + scale);
    }
    return factory.apply(scale);
  }
}
