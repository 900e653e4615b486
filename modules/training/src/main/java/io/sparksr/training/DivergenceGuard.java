package io.sparksr.training;

import io.sparksr.nn.NamedTensor;
import java.nio.FloatBuffer;
import java.util.List;

/** Notices a loss that is no number, or far above what it was. */
final class DivergenceGuard {
  /** Of the moving average: about the last hundred steps count. */
  private static final double WEIGHT = 0.01;

  private static final int STEPS_TO_KNOW_THE_AVERAGE = 100;

  private final double lossFactor;
  private final List<String> names;
  private double average;
  private long steps;

  DivergenceGuard(DivergenceSettings settings, List<String> names) {
    this.lossFactor = settings.lossFactor();
    this.names = names;
  }

  /**
   * Looks at one step.
   *
   * @param losses of the global batch, in the order of the names
   * @throws DivergedException if one has diverged
   */
  void check(long step, double[] losses) {
    for (int i = 0; i < losses.length; i++) {
      if (!Double.isFinite(losses[i])) {
        throw new DivergedException(names.get(i), Double.toString(losses[i]), step);
      }
    }
    if (lossFactor > 0 && steps >= STEPS_TO_KNOW_THE_AVERAGE && losses[0] > lossFactor * average) {
      throw new DivergedException(
          names.get(0), losses[0] + ", far above its average of " + average + ",", step);
    }
    average = steps == 0 ? losses[0] : average + WEIGHT * (losses[0] - average);
    steps++;
  }

  /**
   * Looks at the values themselves, as the last update left them: no later loss would tell.
   *
   * @throws DivergedException if one is no finite number
   */
  static void checkValues(long step, List<NamedTensor> values) {
    for (NamedTensor tensor : values) {
      if (!finite(tensor.values())) {
        throw new DivergedException(tensor.name(), "not finite", step);
      }
    }
  }

  static boolean finite(FloatBuffer values) {
    for (int i = 0; i < values.limit(); i++) {
      if (!Float.isFinite(values.get(i))) {
        return false;
      }
    }
    return true;
  }
}
