package io.sparksr.jobs;

import io.sparksr.core.Provenance;
import java.io.Serializable;
import java.util.List;

/**
 * {@code manifest.json} of a folder of enlarged images.
 *
 * @param modelSha256 of the weights that made them
 * @param entries one per input, ordered by input
 * @param provenance how it was made
 */
public record UpscaleManifest(String modelSha256, List<Entry> entries, Provenance provenance) {
  /** The document's name. */
  public static final String NAME = "manifest.json";

  /** What became of an input. */
  public enum Status {
    /** Its output is complete. */
    DONE,
    /** It could not be enlarged. */
    FAILED
  }

  /** Copies the list. */
  public UpscaleManifest {
    if (modelSha256 == null || entries == null) {
      throw new IllegalArgumentException("modelSha256 and entries are needed");
    }
    entries = List.copyOf(entries);
  }

  /** Inputs that could not be enlarged. */
  public List<Entry> failed() {
    return entries.stream().filter(entry -> entry.status() == Status.FAILED).toList();
  }

  /**
   * One input.
   *
   * @param input its URI
   * @param inputBytes its size
   * @param inputModifiedMillis when it was last changed, milliseconds since the epoch
   * @param inputEtag what its object store calls this version of it; empty where there is none
   * @param output path of the result in the folder; empty if it failed
   * @param width of the result in pixels
   * @param height of the result in pixels
   * @param outputBytes size of the result's file
   * @param sha256 of the result's file
   * @param millis from opening the input to closing the output
   * @param status what became of it
   * @param reason why it failed; empty if it did not
   * @param note what a user should know of the result, for instance that the input has more frames;
   *     empty if nothing
   * @param recipe what the result depends on beside the input: the model's hash, precision and
   *     format; a result of another recipe is made anew
   */
  public record Entry(
      String input,
      long inputBytes,
      long inputModifiedMillis,
      String inputEtag,
      String output,
      int width,
      int height,
      long outputBytes,
      String sha256,
      long millis,
      Status status,
      String reason,
      String note,
      String recipe)
      implements Serializable {

    /** Fields that an older manifest does not have are empty. */
    public Entry {
      inputEtag = inputEtag == null ? "" : inputEtag;
      note = note == null ? "" : note;
      recipe = recipe == null ? "" : recipe;
    }
  }
}
