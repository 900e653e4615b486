package io.sparksr.evaluation.report;

import java.io.Serializable;

/**
 * An image of a set that could not be scored and counts in no mean.
 *
 * @param set the set's name
 * @param image its name, unique within the set
 * @param reason a label, for instance {@code truncated}, and what was found in brackets
 */
public record MissingImage(String set, String image, String reason) implements Serializable {
  /** The sentence that reports put above the list. */
  static String note(int images) {
    return images == 1
        ? "1 image could not be scored and is left out of every mean."
        : images + " images could not be scored and are left out of every mean.";
  }
}
