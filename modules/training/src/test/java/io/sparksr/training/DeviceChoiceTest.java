package io.sparksr.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.nn.ComputeDevice;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class DeviceChoiceTest {
  private static final OptionalInt NONE = OptionalInt.empty();

  @Test
  void cpuIgnoresAnAssignedGpu() {
    assertThat(DeviceChoice.CPU.resolve(OptionalInt.of(2), 0, 4)).isEqualTo(ComputeDevice.cpu());
  }

  @Test
  void autoTakesTheAssignedGpuOnlyWhereLibtorchCanUseIt() {
    assertThat(DeviceChoice.AUTO.resolve(OptionalInt.of(2), 0, 4)).isEqualTo(ComputeDevice.gpu(2));
    assertThat(DeviceChoice.AUTO.resolve(OptionalInt.of(2), 0, 0)).isEqualTo(ComputeDevice.cpu());
    assertThat(DeviceChoice.AUTO.resolve(NONE, 0, 4)).isEqualTo(ComputeDevice.cpu());
  }

  @Test
  void gpuTakesTheAssignedOneOrThoseOfTheMachineInTurn() {
    assertThat(DeviceChoice.GPU.resolve(OptionalInt.of(3), 1, 4)).isEqualTo(ComputeDevice.gpu(3));
    assertThat(DeviceChoice.GPU.resolve(NONE, 5, 4)).isEqualTo(ComputeDevice.gpu(1));
    assertThat(DeviceChoice.GPU.resolve(NONE, 5, 0)).isEqualTo(ComputeDevice.gpu(0));
  }
}
