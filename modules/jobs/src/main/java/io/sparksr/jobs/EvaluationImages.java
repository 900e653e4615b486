package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The images of the sets to evaluate on. */
final class EvaluationImages {
  private EvaluationImages() {}

  /**
   * All images, by set as they were named, then by URI.
   *
   * @param pictures how many of each set the report shows
   * @param lrFolders for sets whose LR images are given, their folders by the set's name
   * @throws UserException (input) if a set is missing or empty, or lacks a given LR image
   */
  static List<EvaluateTask.Item> list(
      FileStore files,
      List<ModelRef.Named> sets,
      Map<String, String> lrFolders,
      int scale,
      int pictures)
      throws IOException {
    List<EvaluateTask.Item> items = new ArrayList<>();
    for (ModelRef.Named set : sets) {
      List<FileEntry> images = list(files, set.uri());
      Optional<String> lrFolder = Optional.ofNullable(lrFolders.get(set.name()));
      Map<String, List<GivenLr>> lr =
          lrFolder.isPresent() ? GivenLr.byStem(files, lrFolder.get()) : Map.of();
      for (int i = 0; i < images.size(); i++) {
        FileEntry image = images.get(i);
        // Pictures are taken evenly from the whole set: neighbours in a listing often look alike.
        boolean shown = (i + 1L) * pictures / images.size() > (long) i * pictures / images.size();
        items.add(
            new EvaluateTask.Item(
                set.name(),
                image.name(),
                image.uri(),
                image.bytes(),
                image.modifiedMillis(),
                lrFolder.isPresent() ? GivenLr.of(image, lr, lrFolder.get(), scale) : GivenLr.NONE,
                shown));
      }
    }
    return items;
  }

  private static List<FileEntry> list(FileStore files, String folder) throws IOException {
    List<FileEntry> images;
    try {
      images =
          files.list(folder).stream()
              .filter(f -> !f.directory() && !Hidden.test(f.name()))
              .toList();
    } catch (FileNotFoundException e) {
      throw UserException.input(
          folder + ": not found. Name an existing folder of HR images with --set", e);
    }
    if (images.isEmpty()) {
      throw UserException.input(
          folder + ": holds no images. Name a folder of HR images with --set");
    }
    return images;
  }
}
