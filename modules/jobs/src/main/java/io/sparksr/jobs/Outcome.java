package io.sparksr.jobs;

/**
 * What a job has made.
 *
 * @param uri the artefact's folder
 * @param manifest what it holds
 * @param made whether this call made it
 */
public record Outcome<M>(String uri, M manifest, Made made) {
  /** When an artefact was made. */
  public enum Made {
    /** By this call. */
    NOW,
    /** By an earlier call with the same settings and inputs. */
    BEFORE
  }
}
