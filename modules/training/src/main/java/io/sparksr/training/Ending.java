package io.sparksr.training;

/**
 * How a replica's loop ended; the same on all replicas.
 *
 * @param step steps completed, all of them in a checkpoint
 * @param reason why
 */
public record Ending(long step, Reason reason) {
  /** Why a loop ended. */
  public enum Reason {
    /** The last step is done. */
    FINISHED,
    /** A replica was asked to stop. */
    STOPPED
  }
}
