package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.Uris;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** One run of a job with one model: its tasks, and the manifest at its end. */
final class UpscaleRun {
  private final JobContext context;
  private final HadoopFileStore files;
  private final ModelRef model;
  private final UpscaleSettings settings;
  private final String recipe;

  UpscaleRun(JobContext context, ModelRef model, UpscaleSettings settings) {
    this.context = context;
    this.files = context.files();
    this.model = model;
    this.settings = settings;
    this.recipe = settings.recipe(model.fingerprint());
  }

  /**
   * Enlarges a file to one with a name of its own, without a manifest.
   *
   * @throws UserException (input) if it can't be enlarged
   */
  UpscaleJob.Result single(FileEntry file, String output) throws IOException {
    String folder = parent(output);
    new UpscaleOutput(files, folder).refuseToOverwrite(file, output);
    UpscaleItem item = new UpscaleItem(file, Uris.name(output));
    List<UpscaleManifest.Entry> entries =
        enlarge(List.of(item), new UpscaleTask.Target(folder, recipe, ""));
    UpscaleManifest manifest = manifest(entries);
    if (!manifest.failed().isEmpty()) {
      throw UserException.input(file.uri() + ": " + manifest.failed().get(0).reason());
    }
    return new UpscaleJob.Result(manifest, 1, 0, output);
  }

  /**
   * Enlarges what a census found.
   *
   * @throws UserException (input) if more inputs failed than allowed; before anything is enlarged,
   *     where the headers show it
   */
  UpscaleJob.Result folder(UpscaleCensus census, UpscaleOutput output) throws IOException {
    output.claim();
    int kept = census.kept().size();
    int all = kept + census.failed().size() + census.todo().size();
    List<UpscaleManifest.Entry> entries = new ArrayList<>(census.kept());
    entries.addAll(census.failed());
    if (census.failed().size() > settings.maxRejected() * all) {
      UpscaleManifest manifest = manifest(entries);
      output.complete(manifest);
      refuseTooManyFailures(manifest, all);
    }
    String run = UUID.randomUUID().toString().substring(0, 8);
    entries.addAll(enlarge(census.todo(), new UpscaleTask.Target(output.folder(), recipe, run)));
    UpscaleManifest manifest = manifest(entries);
    output.complete(manifest);
    refuseTooManyFailures(manifest, all);
    return new UpscaleJob.Result(
        manifest, all - kept, kept, Uris.child(output.folder(), UpscaleManifest.NAME));
  }

  private UpscaleManifest manifest(List<UpscaleManifest.Entry> entries) {
    return new UpscaleManifest(
        model.fingerprint(),
        entries.stream().sorted(Comparator.comparing(UpscaleManifest.Entry::input)).toList(),
        context.provenance("upscale", Map.of(model.folder(), model.fingerprint())));
  }

  private List<UpscaleManifest.Entry> enlarge(List<UpscaleItem> items, UpscaleTask.Target target) {
    if (items.isEmpty()) {
      return List.of();
    }
    JavaSparkContext spark = context.spark();
    int slots = Slots.await(spark, Math.min(items.size(), spark.defaultParallelism()));
    List<UpscalePacking.Load> tasks = UpscalePacking.pack(items, Math.max(1, slots));
    int atOnce = Math.min(tasks.size(), Math.max(1, slots));
    try (JobProgress progress =
        JobProgress.start(spark, context.progress(), "upscale", "images", items.size())) {
      LatestText tiles = new LatestText();
      spark.sc().register(tiles, "tiles");
      progress.showMessage(tiles);
      UpscaleTask task =
          new UpscaleTask(
              context.remoteFiles(),
              model.folder(),
              target,
              settings,
              settings.threads() > 0 ? settings.threads() : Slots.cores(spark, atOnce),
              tasksPerJvm(spark, atOnce),
              progress.counter(),
              tiles);
      JavaRDD<UpscalePacking.Load> packed = spark.parallelize(tasks, tasks.size());
      spark.setJobDescription("upscale");
      return new ArrayList<>(SparkCalls.run(() -> packed.flatMap(task).collect()));
    }
  }

  private static int tasksPerJvm(JavaSparkContext spark, int atOnce) {
    int executors =
        spark.isLocal() ? 1 : Math.max(1, spark.sc().getExecutorMemoryStatus().size() - 1);
    return (atOnce + executors - 1) / executors;
  }

  private static String parent(String uri) {
    int slash = uri.lastIndexOf('/');
    return slash < 0 ? "." : uri.substring(0, Math.max(1, slash));
  }

  private void refuseTooManyFailures(UpscaleManifest manifest, int all) {
    List<UpscaleManifest.Entry> failed = manifest.failed();
    if (failed.size() > settings.maxRejected() * all) {
      throw UserException.input(
          failed.get(0).input()
              + ": "
              + failed.get(0).reason()
              + (failed.size() > 1
                  ? "; " + (failed.size() - 1) + " more inputs failed, see the manifest"
                  : "")
              + ". More failed than upscale.max-rejected allows");
    }
  }
}
