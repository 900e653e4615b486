package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.Uris;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;

/**
 * Enlarges every image below a folder, or a single file, into PNG files under the same relative
 * paths, with a manifest. What an earlier run with the same model has already made, and what has
 * not changed since, is not made again.
 */
public final class UpscaleJob {
  private static final String PNG = ".png";

  private final JobContext context;
  private final HadoopFileStore files;

  /** A job on a Spark context. */
  public UpscaleJob(JobContext context) {
    this.context = context;
    this.files = context.files();
  }

  /**
   * What to enlarge.
   *
   * @param model URI of a run, a checkpoint or a model folder
   * @param input URI of a folder or a file
   * @param output a folder; or for a single input file, a name that ends in {@code .png}
   * @param settings how
   */
  public record Request(String model, String input, String output, UpscaleSettings settings) {}

  /**
   * What was done.
   *
   * @param manifest of all inputs
   * @param made outputs made by this call
   * @param kept outputs that were there already
   */
  public record Result(UpscaleManifest manifest, int made, int kept) {}

  /**
   * Enlarges.
   *
   * @throws UserException if the model or input is missing, the output holds something else, or
   *     more inputs failed than allowed
   */
  public Result run(Request request) throws IOException {
    ModelRef model = ModelRef.resolve(files, request.model());
    if (model.builtIn()) {
      throw UserException.configuration(
          "--model: " + model.name() + " is no network. Name a run or a model folder");
    }
    FileEntry root =
        files
            .status(request.input())
            .orElseThrow(
                () ->
                    UserException.input(
                        request.input()
                            + ": not found. Name an existing file or folder with --input"));
    boolean single = !root.directory() && request.output().endsWith(PNG);
    String folder = single ? parent(request.output()) : request.output();
    UpscaleOutput output = new UpscaleOutput(files, folder);
    List<UpscaleTask.Item> missing = new ArrayList<>();
    List<UpscaleManifest.Entry> entries = new ArrayList<>();
    if (single) {
      output.refuseToOverwrite(root, request.output());
      missing.add(UpscaleInputs.single(root, Uris.name(request.output())));
    } else {
      output.claim(root);
      Map<String, UpscaleManifest.Entry> known = output.madeBy(model.fingerprint());
      for (UpscaleTask.Item item : UpscaleInputs.below(files, root)) {
        UpscaleManifest.Entry entry = known.get(item.uri());
        if (entry != null && output.isCurrent(item, entry)) {
          entries.add(entry);
        } else {
          missing.add(item);
        }
      }
    }
    int kept = entries.size();
    entries.addAll(upscale(request.settings(), model, folder, missing));
    entries.sort(Comparator.comparing(UpscaleManifest.Entry::input));
    UpscaleManifest manifest =
        new UpscaleManifest(
            model.fingerprint(),
            entries,
            context.provenance("upscale", Map.of(model.folder(), model.fingerprint())));
    if (!single) {
      output.complete(manifest);
    }
    refuseTooManyFailures(request, manifest, single);
    return new Result(manifest, missing.size(), kept);
  }

  private List<UpscaleManifest.Entry> upscale(
      UpscaleSettings settings, ModelRef model, String folder, List<UpscaleTask.Item> items) {
    if (items.isEmpty()) {
      return List.of();
    }
    // The largest first, one task each: no core waits long for the last one.
    List<UpscaleTask.Item> ordered =
        items.stream()
            .sorted(Comparator.comparingLong(UpscaleTask.Item::bytes).reversed())
            .toList();
    int slices = Math.min(ordered.size(), 8 * context.spark().defaultParallelism());
    try (JobProgress progress =
        JobProgress.start(context.spark(), context.progress(), "upscale", "images", items.size())) {
      LatestText tiles = new LatestText();
      context.spark().sc().register(tiles, "tiles");
      progress.showMessage(tiles);
      int atOnce = Math.min(slices, context.spark().defaultParallelism());
      UpscaleTask task =
          new UpscaleTask(
              context.remoteFiles(),
              model.folder(),
              folder,
              settings,
              settings.threads() > 0 ? settings.threads() : Slots.cores(context.spark(), atOnce),
              progress.counter(),
              tiles);
      JavaRDD<UpscaleTask.Item> images = context.spark().parallelize(ordered, slices);
      context.spark().setJobDescription("upscale");
      return new ArrayList<>(SparkCalls.run(() -> images.mapPartitions(task).collect()));
    }
  }

  private static String parent(String uri) {
    int slash = uri.lastIndexOf('/');
    return slash < 0 ? "." : uri.substring(0, Math.max(1, slash));
  }

  private static void refuseTooManyFailures(
      Request request, UpscaleManifest manifest, boolean single) {
    List<UpscaleManifest.Entry> failed =
        manifest.entries().stream()
            .filter(e -> e.status() == UpscaleManifest.Status.FAILED)
            .toList();
    double share = (double) failed.size() / manifest.entries().size();
    if (!failed.isEmpty() && (single || share > request.settings().maxRejected())) {
      UserException problem =
          UserException.input(
              failed.get(0).input()
                  + ": "
                  + failed.get(0).reason()
                  + (failed.size() > 1
                      ? "; " + (failed.size() - 1) + " more inputs failed, see the manifest"
                      : "")
                  + (single ? "" : ". More failed than upscale.max-rejected allows"));
      throw problem;
    }
  }
}
