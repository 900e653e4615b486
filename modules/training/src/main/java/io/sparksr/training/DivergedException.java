package io.sparksr.training;

import java.util.Locale;

/** The loss is no longer a number, or has exploded. All replicas notice at the same step. */
final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long step;

  DivergedException(String loss, String finding, long step) {
    super(
        String.format(
            Locale.ROOT,
            "%s is %s at step %d",
            loss.equals(MetricsLine.LOSS) ? "the loss" : "the loss '" + loss + "'",
            finding,
            step));
    this.step = step;
  }

  long step() {
    return step;
  }
}
