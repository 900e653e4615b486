package io.sparksr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import org.junit.jupiter.api.Test;

class ComputeDeviceTest {
  @Test
  void aGpuWithoutCudaIsOneClearMistake() {
    assertThatThrownBy(() -> ComputeDevice.gpu(0).requireGpu(0))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("train.device: is gpu, but libtorch finds no CUDA device here.");
    assertThatThrownBy(() -> ComputeDevice.gpu(2).requireGpu(2))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("train.device: GPU 2 was assigned, but libtorch finds only 2 here");
    ComputeDevice.gpu(1).requireGpu(2);
  }

  @Test
  void everyDeviceOfThisMachineOpens() {
    for (ComputeDevice.Kind kind : ComputeDevice.Kind.values()) {
      if (kind != ComputeDevice.Kind.GPU || ComputeDevice.gpus() > 0) {
        try (NDManager manager = new ComputeDevice(kind, 0).newManager()) {
          assertThat(manager.getDevice().isGpu()).isEqualTo(kind == ComputeDevice.Kind.GPU);
        }
      }
    }
  }

  @Test
  void strictFp32AsksForTheEnvironmentThatTurnsTf32Off() {
    GpuMath.requireStrictFp32("0");
    for (String tf32 : new String[] {null, "1", ""}) {
      assertThatThrownBy(() -> GpuMath.requireStrictFp32(tf32))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("spark.executorEnv.NVIDIA_TF32_OVERRIDE=0");
    }
  }

  @Test
  void cudnnsSearchCanBeSwitchedOnAnyMachine() {
    GpuMath.benchmarkAlgorithms(true);
    GpuMath.benchmarkAlgorithms(false);
  }
}
