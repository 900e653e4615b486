package io.sparksr.training;

/** Whose samples batch norm sees in training. */
public enum BatchNormChoice {
  /** Each replica its own; running statistics are averaged after each step. */
  LOCAL,
  /** Those of the whole global batch, and gradients through their statistics. */
  SYNC
}
