package io.sparksr.jobs;

import io.sparksr.core.image.ImageException;
import io.sparksr.core.io.Uris;
import io.sparksr.data.IndexSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sorts inputs into what is there and current, what can't be enlarged, and what is to be made; the
 * headers of the last are read on the cluster.
 */
final class UpscaleCensus {
  private final JobContext context;
  private final UpscaleSettings settings;
  private final String recipe;
  private final List<UpscaleItem> todo = new ArrayList<>();
  private final List<UpscaleManifest.Entry> kept = new ArrayList<>();
  private final List<UpscaleManifest.Entry> failed = new ArrayList<>();
  private Set<String> left = Set.of();
  private boolean keepsFailures;
  private int failedBefore;

  UpscaleCensus(JobContext context, UpscaleSettings settings, String recipe) {
    this.context = context;
    this.settings = settings;
    this.recipe = recipe;
  }

  /** Inputs that failed before as they are now are not tried again, unless it was the storage. */
  UpscaleCensus keepingFailures() {
    keepsFailures = true;
    return this;
  }

  /** Inputs of these URIs stay as they are noted, whatever has become of them. */
  UpscaleCensus leaving(Set<String> uris) {
    left = uris;
    return this;
  }

  /** Whether there is an input that earlier runs did not note. */
  boolean hasNews() {
    return !todo.isEmpty() || failed.size() > failedBefore;
  }

  /** How many inputs there are. */
  int all() {
    return todo.size() + kept.size() + failed.size();
  }

  List<UpscaleItem> todo() {
    return todo;
  }

  List<UpscaleManifest.Entry> kept() {
    return kept;
  }

  List<UpscaleManifest.Entry> failed() {
    return failed;
  }

  /**
   * Sorts inputs.
   *
   * @param known entries of earlier runs by input
   * @param sizes of the files in the output folder
   */
  void take(
      List<UpscaleItem> items,
      Map<String, List<UpscaleManifest.Entry>> known,
      Map<String, Long> sizes) {
    List<UpscaleItem> candidates = new ArrayList<>();
    for (UpscaleItem item : items) {
      List<UpscaleManifest.Entry> noted = known.getOrDefault(item.uri(), List.of());
      if (left.contains(item.uri())) {
        noted.stream().reduce((earlier, later) -> later).ifPresent(this::keepAsNoted);
        continue;
      }
      Optional<UpscaleManifest.Entry> current =
          noted.stream().filter(entry -> isCurrent(item, entry, sizes)).findFirst();
      Optional<UpscaleManifest.Entry> failure =
          noted.stream().filter(entry -> keepsFailures && isLasting(item, entry)).findFirst();
      if (current.isPresent()) {
        kept.add(current.get());
      } else if (failure.isPresent()) {
        failed.add(failure.get());
        failedBefore++;
      } else if (UpscaleNames.isSafe(item.output())) {
        candidates.add(item);
      } else {
        failed.add(
            item.failed("unreadable (its name would lead out of the output folder)", recipe, 0));
      }
    }
    readHeaders(candidates);
  }

  private void keepAsNoted(UpscaleManifest.Entry entry) {
    if (entry.status() == UpscaleManifest.Status.DONE) {
      kept.add(entry);
    } else {
      failed.add(entry);
      failedBefore++;
    }
  }

  /** Whether an output is there as it was written, of this version of the input and this recipe. */
  private boolean isCurrent(
      UpscaleItem item, UpscaleManifest.Entry entry, Map<String, Long> sizes) {
    return entry.status() == UpscaleManifest.Status.DONE
        && entry.recipe().equals(recipe)
        && entry.output().equals(item.output())
        && item.isVersionOf(entry)
        && Long.valueOf(entry.outputBytes()).equals(sizes.get(entry.output()));
  }

  /** Whether an input failed as it is now, and not because it could not be reached. */
  private boolean isLasting(UpscaleItem item, UpscaleManifest.Entry entry) {
    return entry.status() == UpscaleManifest.Status.FAILED
        && entry.recipe().equals(recipe)
        && item.isVersionOf(entry)
        && !entry.reason().startsWith(ImageException.Reason.UNREADABLE.label());
  }

  private void readHeaders(List<UpscaleItem> candidates) {
    if (candidates.isEmpty()) {
      return;
    }
    Map<String, UpscaleItem> byUri = new HashMap<>();
    List<ListFolder.Entry> files = new ArrayList<>();
    for (UpscaleItem item : candidates) {
      byUri.put(item.uri(), item);
      files.add(
          new ListFolder.Leaf(new ImageFile(item.uri(), Uris.name(item.uri()), item.bytes())));
    }
    int slices = Math.min(files.size(), 4 * context.spark().defaultParallelism());
    List<CheckHeader.Checked> checked;
    try (JobProgress progress =
        JobProgress.start(context.spark(), context.progress(), "headers", "images", files.size())) {
      CheckHeader check =
          new CheckHeader(
              context.remoteFiles(),
              new IndexSettings(1, settings.maxPixels(), 1),
              progress.counter());
      context.spark().setJobDescription("upscale: headers");
      checked =
          SparkCalls.run(
              () -> context.spark().parallelize(files, slices).mapPartitions(check).collect());
    }
    for (CheckHeader.Checked result : checked) {
      if (result instanceof CheckHeader.Usable usable) {
        long pixels = (long) usable.row().width() * usable.row().height();
        todo.add(byUri.get(usable.row().uri()).withPixels(pixels));
      } else if (result instanceof CheckHeader.Unusable unusable) {
        UpscaleItem item = byUri.get(unusable.row().uri());
        String reason = unusable.row().reason() + " (" + unusable.row().detail() + ")";
        failed.add(item.failed(reason, recipe, 0));
      }
    }
  }
}
