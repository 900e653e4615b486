package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.nn.Precision;
import io.sparksr.training.DeviceChoice;
import io.sparksr.training.MemoryEstimate;
import io.sparksr.training.PrecisionChoice;
import io.sparksr.training.TrainSettings;
import io.sparksr.training.TrainingPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can be known to go wrong before the replicas start. Barrier tasks start all at once or not
 * at all, and Spark waits for minutes before it says why.
 */
final class Preflight {
  private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);
  private static final long MIB = 1 << 20;
  private static final long NANOS_OF_MILLI = 1_000_000;

  private final JavaSparkContext spark;
  private final JobContext context;
  private final TrainSettings settings;

  Preflight(JobContext context, TrainSettings settings) {
    this.context = context;
    this.spark = context.spark();
    this.settings = settings;
  }

  /**
   * Checks settings first, then the slots, then every executor.
   *
   * @throws UserException (configuration) with a line and a remedy for each problem
   */
  void check(TrainingPlan plan) throws IOException {
    long start = System.nanoTime();
    long memory = MemoryEstimate.bytes(plan, context.files());
    fail(settingsProblems(spark.getConf(), spark.master(), settings.device(), memory));
    long waiting = System.nanoTime();
    checkSlots();
    long waited = System.nanoTime() - waiting;
    List<ExecutorProbe.Finding> findings = probe(plan.outputUri());
    List<String> problems = new ArrayList<>();
    if (settings.precision() == PrecisionChoice.AUTO) {
      problems.addAll(precisionProblems(findings, plan.precision()));
    } else if (plan.precision() == Precision.BF16
        && !TaskDevice.isGpu(settings.device(), spark.getConf())) {
      slowExecutors(findings).forEach(slow -> LOG.warn("{}", slow));
    }
    problems.addAll(
        executorProblems(findings, ExecutorProbe.versions(), settings.replicas(), memory));
    fail(problems);
    LOG.info(
        "preflight: {} executors can train, checked in {} ms after {} ms for them to come; a replica needs about {} MiB beside the Java heap",
        findings.stream().map(ExecutorProbe.Finding::executor).distinct().count(),
        (System.nanoTime() - start - waited) / NANOS_OF_MILLI,
        waited / NANOS_OF_MILLI,
        memory / MIB);
  }

  /**
   * What is wrong with Spark's settings.
   *
   * @param memory bytes that a replica takes beside the Java heap
   */
  static List<String> settingsProblems(
      SparkConf conf, String master, DeviceChoice device, long memory) {
    List<String> problems = new ArrayList<>();
    double gpus = conf.getDouble(TaskDevice.GPUS_OF_A_TASK, 0);
    if (gpus > 1) {
      problems.add(
          TaskDevice.GPUS_OF_A_TASK
              + ": is "
              + conf.get(TaskDevice.GPUS_OF_A_TASK)
              + ", but a replica computes on one GPU. Set it to 1, and train.replicas to the number"
              + " of GPUs");
    } else if (gpus > 0 && device == DeviceChoice.CPU) {
      LOG.warn("{} reserves GPUs, but train.device is cpu", TaskDevice.GPUS_OF_A_TASK);
    }
    if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      problems.add(
          "spark.dynamicAllocation.enabled: must be false for training; barrier stages need a fixed"
              + " set of executors");
    }
    if (conf.getBoolean("spark.speculation", false)) {
      LOG.info("spark.speculation does not apply to replicas: Spark never copies barrier tasks");
    }
    // Where a container limits the memory, what libtorch takes must fit into the overhead.
    if (master.startsWith("yarn") || master.startsWith("k8s")) {
      long heap = conf.getSizeAsMb("spark.executor.memory", "1g");
      long overhead =
          conf.getSizeAsMb("spark.executor.memoryOverhead", Math.max(384, heap / 10) + "m");
      if (overhead < memory / MIB) {
        problems.add(
            "spark.executor.memoryOverhead: is "
                + overhead
                + " MiB, but a replica needs about "
                + memory / MIB
                + " MiB beside the Java heap. Raise it, or lower train.global-batch");
      }
    }
    return problems;
  }

  private void checkSlots() {
    int replicas = settings.replicas();
    int slots = Slots.await(spark, replicas);
    if (slots < settings.fewestReplicas()) {
      throw UserException.configuration(
          "train.replicas: "
              + replicas
              + " replicas need as many task slots at once, but "
              + spark.master()
              + " has "
              + slots
              + ". Lower train.replicas, or give Spark more cores (locally: --master local["
              + replicas
              + "])");
    }
  }

  /** As many tasks as there are slots: Spark fills all of them at once, so none is left out. */
  private List<ExecutorProbe.Finding> probe(String output) {
    int slots = Slots.now(spark);
    List<Integer> numbers = IntStream.range(0, slots).boxed().toList();
    ExecutorProbe probe = new ExecutorProbe(context.remoteFiles(), output, settings.device());
    spark.setJobDescription("preflight");
    return SparkCalls.run(() -> spark.parallelize(numbers, slots).map(probe).collect());
  }

  /**
   * What is wrong with the executors.
   *
   * @param findings one for each slot
   * @param own the driver's versions
   * @param memory bytes that a replica takes beside the Java heap
   */
  static List<String> executorProblems(
      List<ExecutorProbe.Finding> findings, Map<String, String> own, int replicas, long memory) {
    List<String> problems = new ArrayList<>();
    Map<String, ExecutorProbe.Finding> executors = new TreeMap<>();
    findings.forEach(finding -> executors.putIfAbsent(finding.executor(), finding));
    executors.values().forEach(finding -> problems.addAll(problems(finding, own)));
    Map<String, List<ExecutorProbe.Finding>> hosts =
        findings.stream()
            .collect(
                Collectors.groupingBy(
                    ExecutorProbe.Finding::host, TreeMap::new, Collectors.toList()));
    hosts.forEach(
        (host, there) -> {
          long needed = Math.min(there.size(), replicas) * memory;
          long present = there.get(0).memoryBytes();
          if (needed > present) {
            problems.add(
                "train.global-batch: the replicas on "
                    + host
                    + " need about "
                    + needed / MIB
                    + " MiB beside their Java heaps, but it has "
                    + present / MIB
                    + " MiB. Lower it, or run fewer replicas on a machine");
          }
        });
    return problems;
  }

  /**
   * What is wrong with executors where the driver's processor has decided on a precision.
   *
   * @param chosen by the driver
   */
  static List<String> precisionProblems(List<ExecutorProbe.Finding> findings, Precision chosen) {
    return chosen == Precision.FP32
        ? List.of()
        : findings.stream()
            .filter(finding -> finding.precision() == Precision.FP32)
            .map(
                finding ->
                    "train.precision: auto is bf16 on the driver's processor, but that of executor "
                        + finding.executor()
                        + " on "
                        + finding.host()
                        + " does not compute in bfloat16. Set it to fp32")
            .distinct()
            .toList();
  }

  /** A line for each executor whose processor was given bf16 and has to emulate it. */
  static List<String> slowExecutors(List<ExecutorProbe.Finding> findings) {
    return findings.stream()
        .filter(finding -> finding.precision() == Precision.FP32)
        .map(
            finding ->
                "train.precision: is bf16, but the processor of executor "
                    + finding.executor()
                    + " on "
                    + finding.host()
                    + " does not compute in bfloat16: steps take about ten times as long as with fp32 or auto")
        .distinct()
        .toList();
  }

  private static List<String> problems(ExecutorProbe.Finding finding, Map<String, String> own) {
    List<String> problems = new ArrayList<>();
    String where = "executor " + finding.executor() + " on " + finding.host() + ": ";
    own.forEach(
        (what, version) -> {
          String there = finding.versions().getOrDefault(what, "none");
          if (!there.equals(version)) {
            problems.add(
                where
                    + "has "
                    + what
                    + " "
                    + there
                    + ", the driver has "
                    + version
                    + ". Install the same on all machines");
          }
        });
    if (finding.gpus() == 0) {
      problems.add(
          where
              + "train.device is gpu, but libtorch finds no CUDA device there. Set it to auto or cpu,"
              + " or give the executors a driver and CUDA libraries (PYTORCH_LIBRARY_PATH)");
    }
    if (!finding.output().isEmpty()) {
      problems.add(
          where
              + finding.output()
              + ". All machines must read and write --output: use a shared file system or an object"
              + " store");
    }
    return problems;
  }

  private static void fail(List<String> problems) {
    if (!problems.isEmpty()) {
      throw UserException.configuration(problems);
    }
  }
}
