package io.sparksr.training;

import io.sparksr.core.io.FileStore;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.GpuMath;
import java.io.IOException;

/** The kinds of training. */
final class TrainingSteps {
  private TrainingSteps() {}

  /**
   * The step that a plan asks for, with its networks' initial values; closed by the caller.
   *
   * @throws io.sparksr.core.UserException (configuration) if this machine has no such device, or
   *     the device can't compute as the plan asks
   * @throws IOException if the storage with initial weights fails
   */
  static TrainingStep create(TrainingPlan plan, FileStore files, ComputeDevice device)
      throws IOException {
    if (device.kind() == ComputeDevice.Kind.GPU) {
      if (plan.train().strictFp32()) {
        GpuMath.requireStrictFp32();
      }
      GpuMath.benchmarkAlgorithms(plan.train().cudnnBenchmark());
    }
    InitialGenerator initial = InitialGenerator.of(plan, files);
    return switch (plan.objective().kind()) {
      case CONTENT -> new SrResNetStep(plan, initial, device);
      case ADVERSARIAL -> new SrGanStep(plan, initial, files, device);
    };
  }
}
