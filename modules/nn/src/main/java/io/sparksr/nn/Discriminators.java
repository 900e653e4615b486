package io.sparksr.nn;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** The catalogue of discriminators: {@code srgan}, the paper's, and {@code patch}. */
public final class Discriminators {
  private static final Map<
          String, BiFunction<DiscriminatorSettings, Precision, DiscriminatorNetwork>>
      FACTORIES =
          Map.of(
              "srgan", Discriminator::new,
              "patch", PatchDiscriminator::new);

  private Discriminators() {}

  /** The known names, sorted. */
  public static Iterable<String> names() {
    return new TreeMap<>(FACTORIES).keySet();
  }

  /** A network without values; {@link FlatParameters} gives it some. */
  public static DiscriminatorNetwork create(DiscriminatorSettings settings, Precision precision) {
    return FACTORIES.get(settings.name()).apply(settings, precision);
  }

  static void checkName(String name) {
    if (!FACTORIES.containsKey(name)) {
      throw new IllegalArgumentException(
          "name: unknown discriminator '" + name + "'; known are " + String.join(", ", names()));
    }
  }
}
