package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import io.sparksr.nn.Precision;
import io.sparksr.training.DeviceChoice;
import io.sparksr.training.PrecisionChoice;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

class TaskDeviceTest {

  @Test
  void firstAssignedGpuIsTaken() {
    assertThat(TaskDevice.assigned(gpus("3", "5"))).hasValue(3);
    assertThat(TaskDevice.assigned(gpus())).isEmpty();
    assertThat(TaskDevice.assigned(Map.of())).isEmpty();
  }

  @Test
  void addressesThatAreNoNumbersAreRefused() {
    assertThatThrownBy(() -> TaskDevice.assigned(gpus("GPU-1a2b")))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "spark.executor.resource.gpu.discoveryScript: gives [GPU-1a2b] as addresses; numbers"
                + " of GPUs are needed");
  }

  @Test
  void gpusAreExpectedWhereTheyAreAskedForOrAssigned() {
    SparkConf none = new SparkConf(false);
    SparkConf one = new SparkConf(false).set("spark.task.resource.gpu.amount", "1");
    assertThat(TaskDevice.isGpu(DeviceChoice.GPU, none)).isTrue();
    assertThat(TaskDevice.isGpu(DeviceChoice.AUTO, one)).isTrue();
    assertThat(TaskDevice.isGpu(DeviceChoice.AUTO, none)).isFalse();
    assertThat(TaskDevice.isGpu(DeviceChoice.CPU, one)).isFalse();
    // What the processor of this machine could do does not matter there.
    assertThat(PrecisionChoice.AUTO.resolveForGpus()).isEqualTo(Precision.FP32);
    assertThat(PrecisionChoice.BF16.resolveForGpus()).isEqualTo(Precision.BF16);
  }

  private static Map<String, ResourceInformation> gpus(String... addresses) {
    return Map.of("gpu", new ResourceInformation("gpu", addresses));
  }
}
