package io.sparksr.jobs;

/** What a job does where its output folder already holds an artefact of its kind. */
public enum Existing {
  /**
   * Takes one that was made with the same settings and inputs as the result, continues one that was
   * begun with them, begins anew where one was begun with others and not finished, and refuses any
   * other.
   */
  KEEP,
  /** Removes it and makes it anew. Folders that hold anything else are refused all the same. */
  OVERWRITE
}
