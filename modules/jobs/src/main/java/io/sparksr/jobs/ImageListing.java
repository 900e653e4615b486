package io.sparksr.jobs;

import io.sparksr.data.IndexSettings;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;

/**
 * Lists folders level by level, a task per few folders, and reads the headers of what is found.
 * Only the names of folders pass through the driver. Intermediate results stay with the executors
 * until this is closed.
 */
final class ImageListing implements AutoCloseable {
  /** Tasks per core, so that one slow folder or large file does not hold up the rest. */
  private static final int TASKS_PER_CORE = 4;

  private final JobContext context;
  private final JavaSparkContext spark;
  private final String skipped;
  private final List<JavaRDD<?>> persisted = new ArrayList<>();

  /**
   * A listing.
   *
   * @param skipped URI of a folder that is not entered
   */
  ImageListing(JobContext context, String skipped) {
    this.context = context;
    this.spark = context.spark();
    this.skipped = skipped;
  }

  /**
   * Everything below the roots and what text files name: files, and what could not be listed. What
   * is named twice is there once, and no two have the same id.
   *
   * @param lists URIs of text files with a URI per line, or of folders of such files
   */
  JavaRDD<ListFolder.Entry> list(InputRoots roots, List<String> lists) {
    List<ListFolder.Entry> single = new ArrayList<>();
    roots.files().forEach(file -> single.add(new ListFolder.Leaf(file)));
    List<JavaRDD<ListFolder.Entry>> all = new ArrayList<>();
    all.add(spark.parallelize(single, tasks(single.size())));
    try (JobProgress progress = JobProgress.start(spark, context.progress(), "list", "files", -1)) {
      progress.counter().add(single.size());
      ListFolder listFolder = new ListFolder(context.remoteFiles(), skipped, progress.counter());
      List<InputRoots.Folder> frontier = new ArrayList<>(roots.folders());
      for (String list : lists) {
        JavaRDD<ListFolder.Child> named =
            persist(
                ListLines.read(spark, list, TASKS_PER_CORE * spark.defaultParallelism())
                    .flatMap(new ListedUri(context.remoteFiles(), progress.counter())));
        frontier.addAll(subfolders(named));
        all.add(entries(named));
      }
      while (!frontier.isEmpty()) {
        JavaRDD<ListFolder.Child> level =
            persist(spark.parallelize(frontier, tasks(frontier.size())).flatMap(listFolder));
        frontier = subfolders(level);
        all.add(entries(level));
      }
    }
    JavaRDD<ListFolder.Entry> listed = union(all);
    // Roots are distinct as they are; only lists cost the exchange.
    return lists.isEmpty() ? listed : DistinctEntries.of(listed);
  }

  /** At once: a chain of unions as long as folders are deep overflows the stack. */
  @SuppressWarnings({"unchecked", "rawtypes"}) // Spark's method takes an array of a generic type
  private JavaRDD<ListFolder.Entry> union(List<JavaRDD<ListFolder.Entry>> parts) {
    return spark.union(parts.toArray(new JavaRDD[0]));
  }

  private static JavaRDD<ListFolder.Entry> entries(JavaRDD<ListFolder.Child> level) {
    return level
        .filter(child -> child instanceof ListFolder.Entry)
        .map(child -> (ListFolder.Entry) child);
  }

  private static List<InputRoots.Folder> subfolders(JavaRDD<ListFolder.Child> level) {
    return level
        .filter(child -> child instanceof ListFolder.SubFolder)
        .map(child -> ((ListFolder.SubFolder) child).folder())
        .collect();
  }

  /** Every file with the verdict on it; spread evenly, however uneven the folders are. */
  JavaRDD<CheckHeader.Checked> check(
      JavaRDD<ListFolder.Entry> entries, long count, IndexSettings settings, JobProgress progress) {
    CheckHeader checkHeader = new CheckHeader(context.remoteFiles(), settings, progress.counter());
    return persist(entries.repartition(tasks(count)).mapPartitions(checkHeader));
  }

  @Override
  public void close() {
    persisted.forEach(rdd -> rdd.unpersist(false));
  }

  private int tasks(long items) {
    return (int) Math.max(1, Math.min(items, (long) TASKS_PER_CORE * spark.defaultParallelism()));
  }

  private <T> JavaRDD<T> persist(JavaRDD<T> rdd) {
    JavaRDD<T> kept = rdd.persist(StorageLevel.DISK_ONLY());
    persisted.add(kept);
    return kept;
  }
}
