package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Uris;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    UpscaleManifest before = single ? none(model) : manifest(folder, model);
    List<UpscaleTask.Item> items = items(root, single ? Uris.name(request.output()) : "");
    List<UpscaleTask.Item> missing = new ArrayList<>();
    List<UpscaleManifest.Entry> entries = new ArrayList<>();
    Map<String, UpscaleManifest.Entry> known = new HashMap<>();
    before.entries().forEach(e -> known.put(e.input(), e));
    for (UpscaleTask.Item item : items) {
      UpscaleManifest.Entry entry = known.get(item.uri());
      if (entry != null && current(folder, item, entry)) {
        entries.add(entry);
      } else {
        missing.add(item);
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
      files.writeBytes(Uris.child(folder, UpscaleManifest.NAME), JsonCodec.document(manifest));
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

  private boolean current(String folder, UpscaleTask.Item item, UpscaleManifest.Entry entry)
      throws IOException {
    if (entry.status() != UpscaleManifest.Status.DONE || entry.inputBytes() != item.bytes()) {
      return false;
    }
    Optional<FileEntry> output = files.status(Uris.child(folder, entry.output()));
    return output.isPresent()
        && output.get().bytes() == entry.outputBytes()
        && (item.modifiedMillis() <= output.get().modifiedMillis() || item.modifiedMillis() == 0);
  }

  private UpscaleManifest manifest(String folder, ModelRef model) throws IOException {
    String uri = Uris.child(folder, UpscaleManifest.NAME);
    try {
      UpscaleManifest manifest = JsonCodec.parse(files.readBytes(uri), UpscaleManifest.class, uri);
      return manifest.modelSha256().equals(model.fingerprint()) ? manifest : none(model);
    } catch (FileNotFoundException e) {
      return none(model);
    }
  }

  private UpscaleManifest none(ModelRef model) {
    return new UpscaleManifest(model.fingerprint(), List.of(), null);
  }

  private List<UpscaleTask.Item> items(FileEntry root, String singleName) throws IOException {
    List<UpscaleTask.Item> items = new ArrayList<>();
    Set<String> taken = new LinkedHashSet<>();
    if (root.directory()) {
      collect(root.uri(), "", taken, items);
      if (items.isEmpty()) {
        throw UserException.input(
            root.uri() + ": holds no files. Name a folder of images with --input");
      }
    } else {
      String output = singleName.isEmpty() ? outputName(root.name(), taken) : singleName;
      items.add(new UpscaleTask.Item(root.uri(), output, root.bytes(), root.modifiedMillis()));
    }
    return items;
  }

  private void collect(String folder, String path, Set<String> taken, List<UpscaleTask.Item> items)
      throws IOException {
    for (FileEntry entry : files.list(folder)) {
      if (Hidden.test(entry.name())) {
        continue;
      }
      if (entry.directory()) {
        collect(entry.uri(), path + entry.name() + "/", taken, items);
      } else {
        String output = outputName(path + entry.name(), taken);
        items.add(new UpscaleTask.Item(entry.uri(), output, entry.bytes(), entry.modifiedMillis()));
      }
    }
  }

  /** {@code a.jpg} becomes {@code a.png}; where that is taken already, {@code a.jpg.png}. */
  private static String outputName(String path, Set<String> taken) {
    int dot = path.lastIndexOf('.');
    String plain = (dot > path.lastIndexOf('/') + 1 ? path.substring(0, dot) : path) + PNG;
    String name = taken.add(plain) ? plain : path + PNG;
    taken.add(name);
    return name;
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
