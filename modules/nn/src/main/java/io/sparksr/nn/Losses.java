package io.sparksr.nn;

import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.TreeMap;

/**
 * The catalogue of content losses: {@code mse} (the paper's equation 4), {@code l1}, and {@code
 * charbonnier}, the mean of sqrt(d^2 + 1e-6) (Lai et al. 2017, LapSRN, section 3.3).
 */
public final class Losses {
  private static final Map<String, String> OPERATIONS =
      Map.of("mse", "loss_mse", "l1", "loss_l1", "charbonnier", "loss_charbonnier");

  private Losses() {}

  /** The known names, sorted. */
  public static Iterable<String> names() {
    return new TreeMap<>(OPERATIONS).keySet();
  }

  /**
   * A loss by name.
   *
   * @param manager owns what the loss needs
   */
  public static Loss create(String name, NDManager manager) {
    checkName(name);
    TorchOps ops = new TorchOps(manager);
    String operation = OPERATIONS.get(name);
    return (sr, hr) -> ops.run(operation, true, sr, hr);
  }

  /**
   * Checks a name in a configuration.
   *
   * @throws IllegalArgumentException beginning with the key {@code loss} if there is no such loss
   */
  public static void checkName(String name) {
    if (!OPERATIONS.containsKey(name)) {
      throw new IllegalArgumentException(
          "loss: unknown loss '" + name + "'; known are " + String.join(", ", names()));
    }
  }
}
