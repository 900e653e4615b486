package io.sparksr.training;

/** What happens when the loss has diverged. */
public enum OnDivergence {
  /** The run ends at once and keeps its checkpoints. */
  STOP,
  /** It goes back to the last good checkpoint, with a smaller learning rate. */
  ROLLBACK
}
