package io.sparksr.jobs;

import io.sparksr.core.io.FileEntry;
import java.io.Serializable;

/**
 * An input and the path of its output.
 *
 * @param uri of the input
 * @param output path of the result in the output folder
 * @param bytes of the input
 * @param modifiedMillis when it was last changed
 * @param etag its version, where the store has one
 * @param pixels it has; 0 if that is not known yet
 */
record UpscaleItem(
    String uri, String output, long bytes, long modifiedMillis, String etag, long pixels)
    implements Serializable {

  UpscaleItem(FileEntry file, String output) {
    this(file.uri(), output, file.bytes(), file.modifiedMillis(), file.etag(), 0);
  }

  UpscaleItem withPixels(long known) {
    return new UpscaleItem(uri, output, bytes, modifiedMillis, etag, known);
  }

  /** An entry of this version of the input that says it can't be enlarged. */
  UpscaleManifest.Entry failed(String reason, String recipe, long millis) {
    return new UpscaleManifest.Entry(
        uri,
        bytes,
        modifiedMillis,
        etag,
        "",
        0,
        0,
        0,
        "",
        millis,
        UpscaleManifest.Status.FAILED,
        reason,
        "",
        recipe);
  }

  /** Whether an entry is about this version of the input. */
  boolean isVersionOf(UpscaleManifest.Entry entry) {
    if (!entry.input().equals(uri) || entry.inputBytes() != bytes) {
      return false;
    }
    boolean hasEtags = !etag.isEmpty() && !entry.inputEtag().isEmpty();
    return hasEtags
        ? etag.equals(entry.inputEtag())
        : modifiedMillis == entry.inputModifiedMillis();
  }
}
