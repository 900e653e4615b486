package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.data.ShardEntry;
import io.sparksr.data.ShardManifest;
import java.io.IOException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.util.LongAccumulator;

/** Reads every shard of a data set and compares its size and SHA-256 with the manifest. */
public final class VerifyJob {
  private final JobContext context;

  /** A job on a Spark context. */
  public VerifyJob(JobContext context) {
    this.context = context;
  }

  /**
   * What was found.
   *
   * @param manifest of the data set
   * @param problems one line per shard that is not what the manifest says, by path
   */
  public record Result(ShardManifest manifest, List<String> problems) {}

  /**
   * Verifies a data set.
   *
   * @param shards its folder
   * @throws UserException (input) if it has no manifest
   */
  public Result run(String shards) throws IOException {
    ShardManifest manifest = ShardManifest.read(context.files(), shards);
    List<ShardEntry> entries = manifest.shards();
    try (JobProgress progress =
        JobProgress.start(
            context.spark(), context.progress(), "verify", "shards", entries.size())) {
      RemoteFiles remote = context.remoteFiles();
      LongAccumulator counter = progress.counter();
      List<String> problems =
          SparkCalls.run(
              () ->
                  context
                      .spark()
                      .parallelize(entries, entries.size())
                      .flatMap(entry -> check(remote, shards, entry, counter))
                      .collect());
      return new Result(manifest, problems.stream().sorted(Comparator.naturalOrder()).toList());
    }
  }

  private static Iterator<String> check(
      RemoteFiles remote, String shards, ShardEntry entry, LongAccumulator counter)
      throws IOException {
    Optional<String> problem = Optional.empty();
    FileStore store = remote.store();
    try {
      entry.verify(store, shards);
    } catch (UserException e) {
      problem = Optional.of(e.getMessage());
    }
    counter.add(1);
    return problem.stream().iterator();
  }
}
