package io.sparksr.evaluation;

/** What the file of an HR image held before it was brought to RGB. */
public enum SourceColour {
  /** Colours. */
  COLOUR,
  /** Gray values only; red, green and blue of the HR image are equal. */
  GRAY
}
