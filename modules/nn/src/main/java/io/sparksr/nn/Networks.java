package io.sparksr.nn;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** The catalogue of generators. */
public final class Networks {
  private static final Map<String, BiFunction<NetworkSettings, Precision, SuperResolutionNetwork>>
      FACTORIES =
          Map.of(
              "srresnet", SrResNet::new,
              "srresnet-prelu", SrResNet::withMiddlePrelu,
              "msrresnet", MsrResNet::new);

  private Networks() {}

  /** The known names, sorted. */
  public static Iterable<String> names() {
    return new TreeMap<>(FACTORIES).keySet();
  }

  /** A network without values; {@link FlatParameters} gives it some. */
  public static SuperResolutionNetwork create(NetworkSettings settings, Precision precision) {
    return FACTORIES.get(settings.name()).apply(settings, precision);
  }

  static void checkName(String name) {
    if (!FACTORIES.containsKey(name)) {
      throw new IllegalArgumentException(
          "name: unknown network '" + name + "'; known are " + String.join(", ", names()));
    }
  }
}
