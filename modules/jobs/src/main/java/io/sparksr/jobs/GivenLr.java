package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An LR image that comes with a benchmark, as in the published {@code LRbicx4} folders, instead of
 * one made from HR.
 *
 * @param uri its file; empty if LR is to be made
 * @param bytes size of the file
 * @param modifiedMillis time of the file's last change
 */
record GivenLr(String uri, long bytes, long modifiedMillis) implements Serializable {
  /** LR is made by the protocol. */
  static final GivenLr NONE = new GivenLr("", 0, 0);

  boolean present() {
    return !uri.isEmpty();
  }

  /**
   * The LR images of a folder by the stem of the HR image they belong to: {@code baby.png} and
   * {@code babyx4.png} belong to {@code baby.*}.
   *
   * @throws UserException (input) if the folder is missing, or has two images for one stem
   */
  static Map<String, GivenLr> byStem(FileStore files, String folder, int scale) throws IOException {
    List<FileEntry> entries;
    try {
      entries = files.list(folder);
    } catch (FileNotFoundException e) {
      throw UserException.input(
          folder + ": not found. Name an existing folder of LR images with --lr", e);
    }
    Map<String, GivenLr> found = new LinkedHashMap<>();
    for (FileEntry entry : entries) {
      if (entry.directory() || Hidden.test(entry.name())) {
        continue;
      }
      String stem = stem(entry.name()).replaceFirst("_?[xX]" + scale + "$", "");
      GivenLr other =
          found.put(stem, new GivenLr(entry.uri(), entry.bytes(), entry.modifiedMillis()));
      if (other != null) {
        throw UserException.input(
            "%s and %s are both LR images of '%s'. Leave one"
                .formatted(other.uri(), entry.uri(), stem));
      }
    }
    return found;
  }

  static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /**
   * HR cut at the right and bottom to the size that belongs to LR, as the publishers of LR images
   * cut it before they reduced it.
   *
   * @throws UserException (input) if the sizes do not belong together
   */
  RgbImage cropHr(RgbImage hr, RgbImage lr, int scale, String hrUri) {
    if (hr.width() / scale != lr.width() || hr.height() / scale != lr.height()) {
      throw UserException.input(
          String.format(
              Locale.ROOT,
              "%s: is %dx%d, but LR of %s (%dx%d) at scale %d is %dx%d. Name the folder of LR images"
                  + " that belongs to the set and the scale with --lr",
              uri,
              lr.width(),
              lr.height(),
              hrUri,
              hr.width(),
              hr.height(),
              scale,
              hr.width() / scale,
              hr.height() / scale));
    }
    return hr.crop(0, 0, lr.width() * scale, lr.height() * scale);
  }
}
