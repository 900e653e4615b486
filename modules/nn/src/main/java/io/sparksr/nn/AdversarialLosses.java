package io.sparksr.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.TreeMap;

/**
 * The catalogue of adversarial losses; C is a logit, s the logistic function, E the mean over the
 * batch.
 *
 * <ul>
 *   <li>{@code vanilla}: discriminator -E log s(C(HR)) - E log(1 - s(C(SR))), generator -E log
 *       s(C(SR)) (Goodfellow et al. 2014, with the generator's loss that does not saturate; SRGAN).
 *   <li>{@code least-squares}: discriminator E (C(HR) - 1)^2 / 2 + E C(SR)^2 / 2, generator E
 *       (C(SR) - 1)^2 / 2 (Mao et al. 2017, equation 9).
 *   <li>{@code relativistic}: discriminator -E log s(C(HR) - C(SR)), generator -E log s(C(SR) -
 *       C(HR)), where each SR is compared with its own HR (Jolicoeur-Martineau 2019, RSGAN).
 * </ul>
 *
 * All are means over samples, so that they average exactly over replicas.
 */
public final class AdversarialLosses {
  private static final Map<String, Operations> KNOWN =
      Map.of(
          "vanilla", new Operations("vanilla", "score_probability", false),
          "least-squares", new Operations("least_squares", "score_plain", false),
          "relativistic", new Operations("relativistic", "score_relative", true));

  private AdversarialLosses() {}

  /** The known names, sorted. */
  public static Iterable<String> names() {
    return new TreeMap<>(KNOWN).keySet();
  }

  /**
   * A loss by name.
   *
   * @param manager owns what the loss needs
   */
  public static AdversarialLoss create(String name, NDManager manager) {
    checkName(name);
    return new OperationLoss(KNOWN.get(name), new TorchOps(manager));
  }

  /**
   * Checks a name in a configuration.
   *
   * @throws IllegalArgumentException beginning with the key {@code adversarial-loss} if there is no
   *     such loss
   */
  public static void checkName(String name) {
    if (!KNOWN.containsKey(name)) {
      throw new IllegalArgumentException(
          "adversarial-loss: unknown loss '" + name + "'; known are " + String.join(", ", names()));
    }
  }

  private record Operations(String loss, String scores, boolean generatorNeedsHr) {}

  private record OperationLoss(Operations operations, TorchOps ops) implements AdversarialLoss {
    @Override
    public NDArray generator(NDArray srLogits, NDArray hrLogits) {
      return ops.run(operations.loss + "_generator", true, srLogits, hrLogits);
    }

    @Override
    public NDArray discriminator(NDArray hrLogits, NDArray srLogits) {
      return ops.run(operations.loss + "_discriminator", true, hrLogits, srLogits);
    }

    @Override
    public boolean generatorNeedsHr() {
      return operations.generatorNeedsHr;
    }

    @Override
    public NDArray scores(NDArray hrLogits, NDArray srLogits) {
      return ops.run(operations.scores, false, hrLogits, srLogits);
    }
  }
}
