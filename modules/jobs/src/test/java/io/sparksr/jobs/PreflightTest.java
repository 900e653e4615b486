package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.nn.Precision;
import io.sparksr.training.DeviceChoice;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class PreflightTest {
  private static final long GIB = 1L << 30;
  private static final Map<String, String> OWN = Map.of("SparkSR", "1.2");

  @Test
  void dynamicAllocationIsRefused() {
    SparkConf conf = new SparkConf(false).set("spark.dynamicAllocation.enabled", "true");
    assertThat(Preflight.settingsProblems(conf, "local[2]", DeviceChoice.AUTO, GIB))
        .singleElement()
        .asString()
        .startsWith("spark.dynamicAllocation.enabled: must be false for training");
  }

  @Test
  void containersMustHaveRoomBesideTheHeap() {
    SparkConf conf = new SparkConf(false).set("spark.executor.memory", "8g");
    assertThat(Preflight.settingsProblems(conf, "local[2]", DeviceChoice.AUTO, GIB)).isEmpty();
    assertThat(Preflight.settingsProblems(conf, "yarn", DeviceChoice.AUTO, GIB))
        .containsExactly(
            "spark.executor.memoryOverhead: is 819 MiB, but a replica needs about 1024 MiB beside"
                + " the Java heap. Raise it, or lower train.global-batch");
    conf.set("spark.executor.memoryOverhead", "1g");
    assertThat(Preflight.settingsProblems(conf, "k8s://https://cluster", DeviceChoice.AUTO, GIB))
        .isEmpty();
  }

  @Test
  void aReplicaComputesOnOneGpuThatLibtorchMustFind() {
    SparkConf conf = new SparkConf(false).set("spark.task.resource.gpu.amount", "2");
    assertThat(Preflight.settingsProblems(conf, "local[2]", DeviceChoice.GPU, GIB))
        .singleElement()
        .asString()
        .startsWith("spark.task.resource.gpu.amount: is 2, but a replica computes on one GPU. Set");
    conf.set("spark.task.resource.gpu.amount", "0.5");
    assertThat(Preflight.settingsProblems(conf, "local[2]", DeviceChoice.GPU, GIB)).isEmpty();
    ExecutorProbe.Finding none =
        new ExecutorProbe.Finding("1", "a", OWN, 4 * GIB, "", 0, Precision.FP32);
    assertThat(Preflight.executorProblems(List.of(none), OWN, 1, GIB))
        .singleElement()
        .asString()
        .startsWith(
            "executor 1 on a: train.device is gpu, but libtorch finds no CUDA device there.");
  }

  @Test
  void everyExecutorMustHaveTheDriversVersions() {
    assertThat(
            Preflight.executorProblems(
                List.of(
                    finding("1", "a", "1.2", ""),
                    finding("2", "b", "1.1", ""),
                    finding("2", "b", "1.1", "")),
                OWN,
                3,
                GIB))
        .containsExactly(
            "executor 2 on b: has SparkSR 1.1, the driver has 1.2. Install the same on all machines");
  }

  @Test
  void whatTheDriversProcessorDecidesMustSuitTheExecutors() {
    List<ExecutorProbe.Finding> slots =
        List.of(
            new ExecutorProbe.Finding("1", "a", OWN, GIB, "", 1, Precision.BF16),
            finding("2", "b", "1.2", ""),
            finding("2", "b", "1.2", ""));
    assertThat(Preflight.precisionProblems(slots, Precision.BF16))
        .containsExactly(
            "train.precision: auto is bf16 on the driver's processor, but that of executor 2 on b"
                + " does not compute in bfloat16. Set it to fp32");
    assertThat(Preflight.precisionProblems(slots, Precision.FP32)).isEmpty();
    assertThat(Preflight.slowExecutors(slots))
        .containsExactly(
            "train.precision: is bf16, but the processor of executor 2 on b does not compute in"
                + " bfloat16: steps take about ten times as long as with fp32 or auto");
  }

  @Test
  void everyExecutorMustReachTheOutput() {
    assertThat(
            Preflight.executorProblems(
                List.of(
                    finding("1", "a", "1.2", "/run: holds nothing of what the driver has written")),
                OWN,
                1,
                GIB))
        .singleElement()
        .asString()
        .startsWith("executor 1 on a: /run: holds nothing of what the driver has written. All");
  }

  @Test
  void theReplicasOfAMachineMustFitIntoItsMemory() {
    List<ExecutorProbe.Finding> slots =
        List.of(
            finding("1", "a", "1.2", ""),
            finding("2", "a", "1.2", ""),
            finding("3", "a", "1.2", ""));
    assertThat(Preflight.executorProblems(slots, OWN, 2, 2 * GIB)).isEmpty();
    assertThat(Preflight.executorProblems(slots, OWN, 3, 2 * GIB))
        .containsExactly(
            "train.global-batch: the replicas on a need about 6144 MiB beside their Java heaps, but"
                + " it has 4096 MiB. Lower it, or run fewer replicas on a machine");
  }

  private static ExecutorProbe.Finding finding(
      String executor, String host, String version, String output) {
    return new ExecutorProbe.Finding(
        executor, host, Map.of("SparkSR", version), 4 * GIB, output, 1, Precision.FP32);
  }
}
