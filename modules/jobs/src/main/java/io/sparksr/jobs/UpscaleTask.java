package io.sparksr.jobs;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.image.ImageOpener;
import io.sparksr.core.io.FileStore;
import io.sparksr.inference.UpscalePipeline;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.TorchThreads;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enlarges the images of one task.
 *
 * @param remoteFiles where they are
 * @param model folder of the network
 * @param target where outputs go
 * @param settings how
 * @param threads of libtorch
 * @param tasksPerJvm that share an executor's memory
 * @param counter counts images
 * @param tiles says how far a long one is
 */
record UpscaleTask(
    RemoteFiles remoteFiles,
    String model,
    Target target,
    UpscaleSettings settings,
    int threads,
    int tasksPerJvm,
    LongAccumulator counter,
    LatestText tiles)
    implements FlatMapFunction<UpscalePacking.Load, UpscaleManifest.Entry> {
  private static final Logger LOG = LoggerFactory.getLogger(UpscaleTask.class);

  /**
   * Where outputs go.
   *
   * @param folder of outputs
   * @param recipe what they depend on beside the inputs
   * @param run names this run in the journal; empty for none
   */
  record Target(String folder, String recipe, String run) implements Serializable {}

  @Override
  public Iterator<UpscaleManifest.Entry> call(UpscalePacking.Load load) throws IOException {
    FileStore files = remoteFiles.store();
    TaskContext context = TaskContext.get();
    String task = target.run + "-" + context.partitionId() + "-";
    List<UpscaleManifest.Entry> entries = new ArrayList<>();
    boolean isRetried = context.attemptNumber() > 0 && !target.run.isEmpty();
    List<UpscaleItem> items =
        isRetried ? withoutDone(files, task, load.items(), entries) : load.items();
    if (items.isEmpty()) {
      return entries.iterator();
    }
    int before = entries.size();
    TorchThreads.use(threads);
    Optional<UpscaleJournal> journal =
        target.run.isEmpty()
            ? Optional.empty()
            : Optional.of(new UpscaleJournal(files, target.folder, task + context.taskAttemptId()));
    Results results = new Results(Collections.synchronizedList(entries), journal, counter, tiles);
    ImageOpener opener = new ImageOpener(settings.maxPixels());
    try (NDManager manager = TaskDevice.newManager(context)) {
      UpscalePipeline pipeline =
          new UpscalePipeline(
              ModelFolder.load(files, model, settings.precision().resolve(), manager),
              manager,
              settings.pipeline(tasksPerJvm));
      UpscalePipeline.Times times =
          pipeline.run(
              items.stream()
                  .map(
                      item ->
                          new StoredImage(
                              files, target.folder, item, target.recipe, opener, results))
                  .iterator());
      log(entries.subList(before, entries.size()), times);
    } finally {
      if (journal.isPresent()) {
        journal.get().close();
      }
    }
    return entries.iterator();
  }

  /** What an attempt that was lost with its executor has finished is not made again. */
  private List<UpscaleItem> withoutDone(
      FileStore files, String task, List<UpscaleItem> items, List<UpscaleManifest.Entry> entries)
      throws IOException {
    List<UpscaleManifest.Entry> known = UpscaleJournal.read(files, target.folder, task);
    List<UpscaleItem> left = new ArrayList<>();
    for (UpscaleItem item : items) {
      Optional<UpscaleManifest.Entry> done = known.stream().filter(item::isVersionOf).findFirst();
      done.ifPresentOrElse(entries::add, () -> left.add(item));
    }
    LOG.info("{} of {} images were finished by an earlier attempt", entries.size(), items.size());
    return left;
  }

  private static void log(List<UpscaleManifest.Entry> made, UpscalePipeline.Times times) {
    long pixels = made.stream().mapToLong(e -> (long) e.width() * e.height()).sum();
    LOG.info(
        "{} images, {} MPix out in {} s, the network at work {} % of it",
        made.size(),
        String.format(Locale.ROOT, "%.2f", pixels / 1e6),
        String.format(Locale.ROOT, "%.1f", times.nanos() / 1e9),
        100 * times.networkNanos() / Math.max(1, times.nanos()));
  }

  /** Gathers entries from the pipeline's threads. */
  private record Results(
      List<UpscaleManifest.Entry> entries,
      Optional<UpscaleJournal> journal,
      LongAccumulator counter,
      LatestText tiles)
      implements StoredImage.Listener {

    @Override
    public void finished(UpscaleManifest.Entry entry) throws IOException {
      entries.add(entry);
      if (journal.isPresent()) {
        journal.get().add(entry);
      }
      synchronized (counter) {
        counter.add(1);
      }
    }

    @Override
    public void progress(String text) {
      tiles.add(text);
    }
  }
}
