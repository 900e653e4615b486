package io.sparksr.jobs;

import java.util.OptionalLong;

/**
 * Where training begins.
 *
 * @param mode how the run's checkpoints are used
 * @param step for {@link Mode#AT}: the checkpoint's step
 */
public record Resume(Mode mode, OptionalLong step) {
  /** How the run's checkpoints are used. */
  public enum Mode {
    /** At the newest complete checkpoint if there is one, else from the start. */
    AUTO,
    /** From the start; the output must hold no run. */
    NEVER,
    /** At a checkpoint of a given step; newer ones are removed. */
    AT
  }

  /**
   * Parses {@code auto}, {@code never} or a step.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static Resume parse(String text) {
    if (text.matches("\\d{1,18}")) {
      return new Resume(Mode.AT, OptionalLong.of(Long.parseLong(text)));
    }
    return switch (text) {
      case "auto" -> new Resume(Mode.AUTO, OptionalLong.empty());
      case "never" -> new Resume(Mode.NEVER, OptionalLong.empty());
      default ->
          throw new IllegalArgumentException(
              "--resume: must be auto, never or the step of a checkpoint, got '" + text + "'");
    };
  }
}
