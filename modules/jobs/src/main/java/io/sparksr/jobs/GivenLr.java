package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
   * The files of a folder by their names without extension.
   *
   * @throws UserException (input) if the folder is missing
   */
  static Map<String, List<GivenLr>> byStem(FileStore files, String folder) throws IOException {
    List<FileEntry> entries;
    try {
      entries = files.list(folder);
    } catch (FileNotFoundException e) {
      throw UserException.input(
          folder + ": not found. Name an existing folder of LR images with --lr", e);
    }
    return entries.stream()
        .filter(entry -> !entry.directory() && !Hidden.test(entry.name()))
        .collect(
            Collectors.groupingBy(
                entry -> stem(entry.name()),
                Collectors.mapping(
                    e -> new GivenLr(e.uri(), e.bytes(), e.modifiedMillis()),
                    Collectors.toList())));
  }

  /**
   * The LR image of an HR image: {@code baby.png} or {@code babyx4.png} for {@code baby.*}.
   *
   * @param byStem of the folder
   * @throws UserException (input) if there is none, or more than one
   */
  static GivenLr of(FileEntry hr, Map<String, List<GivenLr>> byStem, String folder, int scale) {
    String stem = stem(hr.name());
    List<GivenLr> found =
        Stream.of(stem, stem + "x" + scale, stem + "_x" + scale, stem + "X" + scale)
            .flatMap(name -> byStem.getOrDefault(name, List.of()).stream())
            .toList();
    if (found.isEmpty()) {
      throw UserException.input(
          "%s: has no LR image of %s. It would be named %s.* or %sx%d.*"
              .formatted(folder, hr.uri(), stem, stem, scale));
    }
    if (found.size() > 1) {
      throw UserException.input(
          "%s and %s are both LR images of %s. Leave one"
              .formatted(found.get(0).uri(), found.get(1).uri(), hr.uri()));
    }
    return found.get(0);
  }

  private static String stem(String name) {
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
