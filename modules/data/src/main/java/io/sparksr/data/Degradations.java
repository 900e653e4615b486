package io.sparksr.data;

import io.sparksr.core.UserException;
import io.sparksr.core.image.MatlabResampler.Border;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;

/** The catalogue of degradations. A new one is a class and a line here. */
public final class Degradations {
  private static final Map<String, IntFunction<Degradation>> FACTORIES =
      new TreeMap<>(
          Map.of(
              "pillow-bicubic", PillowBicubic::new,
              "matlab-bicubic", scale -> new MatlabBicubic(scale, Border.MIRROR),
              "matlab-bicubic-repeat", scale -> new MatlabBicubic(scale, Border.REPEAT)));

  private Degradations() {}

  /** The known names, in alphabetical order. */
  public static Set<String> names() {
    return new TreeSet<>(FACTORIES.keySet());
  }

  /**
   * A degradation by name.
   *
   * @param scale at least 2
   * @throws UserException (configuration) if the name is not known; the message lists those that
   *     are
   */
  public static Degradation create(String name, int scale) {
    IntFunction<Degradation> factory = FACTORIES.get(name);
    if (factory == null) {
      throw UserException.configuration(unknown(name));
    }
    return factory.apply(scale);
  }

  static String unknown(String name) {
    return "degradation: unknown name '" + name + "'; known: " + String.join(", ", names());
  }
}
