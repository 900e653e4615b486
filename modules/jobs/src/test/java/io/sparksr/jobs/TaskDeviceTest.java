package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import java.util.Map;
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

  private static Map<String, ResourceInformation> gpus(String... addresses) {
    return Map.of("gpu", new ResourceInformation("gpu", addresses));
  }
}
