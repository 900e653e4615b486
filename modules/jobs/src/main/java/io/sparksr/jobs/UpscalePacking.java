package io.sparksr.jobs;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Deals images to tasks by their pixels. The largest come first, and tasks get smaller to the end:
 * each takes half of a slot's share of what is left, so that slots finish at nearly the same time
 * without a task for every small image.
 */
final class UpscalePacking {
  /** No task is smaller than this part of a slot's share of all. */
  private static final int SMALLEST_PART = 64;

  private UpscalePacking() {}

  /** The images of one task, in the order they are to be made in. */
  record Load(List<UpscaleItem> items) implements Serializable {}

  /**
   * Packs images.
   *
   * @param slots how many tasks run at once. One gets all images in one task: there is nobody to
   *     share with, and between tasks the network would wait
   * @return in the order they are to start in
   */
  static List<Load> pack(List<UpscaleItem> items, int slots) {
    List<UpscaleItem> ordered =
        items.stream()
            .sorted(
                Comparator.comparingLong(UpscalePacking::work)
                    .reversed()
                    .thenComparing(UpscaleItem::uri))
            .toList();
    long left = ordered.stream().mapToLong(UpscalePacking::work).sum();
    long least = left / slots / SMALLEST_PART;
    List<List<UpscaleItem>> tasks = new ArrayList<>();
    List<UpscaleItem> task = new ArrayList<>();
    long taken = 0;
    long wanted = 0;
    for (UpscaleItem item : ordered) {
      if (task.isEmpty() || (slots > 1 && taken + work(item) > wanted)) {
        wanted = Math.max(least, left / (2L * slots));
        taken = 0;
        task = new ArrayList<>();
        tasks.add(task);
      }
      task.add(item);
      taken += work(item);
      left -= work(item);
    }
    return tasks.stream().map(load -> new Load(List.copyOf(load))).toList();
  }

  /** Pixels; for an image whose header was not read, its bytes stand in. */
  private static long work(UpscaleItem item) {
    return Math.max(1, item.pixels() > 0 ? item.pixels() : item.bytes());
  }
}
