package io.sparksr.jobs;

import io.sparksr.core.Provenance;

/**
 * {@code _synthesize.json}: says that a folder of made-up photographs is complete. The name begins
 * with an underscore so that indexing the folder skips it.
 *
 * @param count how many images {@code leaves-NNNNN} there are, numbered from 0
 * @param bytes size of all of them
 * @param fingerprint of the settings
 * @param provenance where they come from
 */
public record SynthesizeManifest(int count, long bytes, String fingerprint, Provenance provenance) {
  /** The manifest's name in the folder. */
  public static final String NAME = "_synthesize.json";
}
