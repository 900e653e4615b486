package io.sparksr.jobs;

import java.util.OptionalLong;

/**
 * Where training begins.
 *
 * @param mode how the run's checkpoints are used
 * @param step for {@link Mode#AT}: the checkpoint's step
 * @param changes what becomes of a configuration that differs from the checkpoint's
 */
public record Resume(Mode mode, OptionalLong step, Changes changes) {
  /** How the run's checkpoints are used. */
  public enum Mode {
    /** At the newest complete checkpoint if there is one, else from the start. */
    AUTO,
    /** From the start; the output must hold no run. */
    NEVER,
    /** At a checkpoint of a given step; newer ones are removed. */
    AT
  }

  /** What becomes of a configuration that differs from the checkpoint's; it is shown either way. */
  public enum Changes {
    /** It is refused. */
    REFUSE,
    /** Training goes on with it. */
    ACCEPT
  }

  /** The same with changes accepted. */
  public Resume acceptingChanges() {
    return new Resume(mode, step, Changes.ACCEPT);
  }

  /**
   * Parses {@code auto}, {@code never} or a step.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static Resume parse(String text) {
    if (text.matches("\\d{1,18}")) {
      return new Resume(Mode.AT, OptionalLong.of(Long.parseLong(text)), Changes.REFUSE);
    }
    return switch (text) {
      case "auto" -> new Resume(Mode.AUTO, OptionalLong.empty(), Changes.REFUSE);
      case "never" -> new Resume(Mode.NEVER, OptionalLong.empty(), Changes.REFUSE);
      default ->
          throw new IllegalArgumentException(
              "--resume: must be auto, never or the step of a checkpoint, got '" + text + "'");
    };
  }
}
