package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.image.TurboJpegLibrary;
import io.sparksr.nn.TorchNatives;
import io.sparksr.nn.TorchThreads;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;

/** Looks at what a JVM, here or on each executor, has to compute with. */
public final class DoctorJob {
  private final JobContext context;

  /** A job on a Spark context. */
  public DoctorJob(JobContext context) {
    this.context = context;
  }

  /**
   * What one JVM found.
   *
   * @param where {@code driver}, or an executor and its host
   * @param facts what was found by what it is, in an order to print
   */
  public record Finding(String where, Map<String, String> facts) implements Serializable {}

  /**
   * Looks at this JVM.
   *
   * @throws UserException (configuration) if libtorch cannot be loaded
   */
  public static Finding here() {
    return new Finding("driver", facts());
  }

  /**
   * Looks at the executors, with one task for every slot there is.
   *
   * @param slots how many to wait for, at most half a minute
   * @return one each, by their names
   * @throws UserException (configuration) if libtorch cannot be loaded on one
   */
  public List<Finding> executors(int slots) {
    int tasks = Math.max(1, Slots.await(context.spark(), slots));
    List<Integer> numbers = IntStream.range(0, tasks).boxed().toList();
    int threads = context.spark().getConf().getInt("spark.task.cpus", 1);
    List<Finding> findings =
        SparkCalls.run(
            () ->
                context
                    .spark()
                    .parallelize(numbers, tasks)
                    .mapPartitions(new Look(threads))
                    .collect());
    Map<String, Finding> byExecutor = new TreeMap<>();
    findings.forEach(finding -> byExecutor.merge(finding.where(), finding, DoctorJob::join));
    return new ArrayList<>(byExecutor.values());
  }

  /** Tasks of one executor may have been given different GPUs. */
  private static Finding join(Finding one, Finding other) {
    Map<String, String> facts = new LinkedHashMap<>(one.facts());
    facts.merge(
        Look.ADDRESSES,
        other.facts().get(Look.ADDRESSES),
        (a, b) -> a.equals(b) ? a : a + ", " + b);
    return new Finding(one.where(), facts);
  }

  private static Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Java", System.getProperty("java.version"));
    facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("Java heap", (Runtime.getRuntime().maxMemory() >> 20) + " MiB");
    facts.put("libjpeg-turbo of the system", TurboJpegLibrary.describe());
    facts.putAll(TorchNatives.describe());
    return facts;
  }

  /** Runs on an executor. */
  private record Look(int threads) implements FlatMapFunction<Iterator<Integer>, Finding> {
    private static final String ADDRESSES = "GPUs that Spark gave";

    @Override
    public Iterator<Finding> call(Iterator<Integer> numbers) {
      TorchThreads.use(threads);
      Map<String, String> facts = facts();
      facts.put(
          ADDRESSES,
          TaskContext.get().resourcesJMap().containsKey("gpu")
              ? String.join(", ", TaskContext.get().resourcesJMap().get("gpu").addresses())
              : "none");
      String host = SparkEnv.get().blockManager().blockManagerId().host();
      return List.of(new Finding("executor " + SparkEnv.get().executorId() + " on " + host, facts))
          .iterator();
    }
  }
}
