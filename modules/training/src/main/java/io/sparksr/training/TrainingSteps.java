package io.sparksr.training;

import io.sparksr.core.UserException;
import io.sparksr.nn.ComputeDevice;
import io.sparksr.nn.GpuMath;

/** The kinds of training. */
final class TrainingSteps {
  private TrainingSteps() {}

  /**
   * The step that a plan asks for, with its networks' initial values; closed by the caller.
   *
   * @throws UserException (configuration) if this machine has no such device, or the device can't
   *     compute as the plan asks
   */
  static TrainingStep create(TrainingPlan plan, ComputeDevice device) {
    if (device.kind() == ComputeDevice.Kind.GPU) {
      if (plan.train().strictFp32()) {
        GpuMath.requireStrictFp32();
      }
      GpuMath.benchmarkAlgorithms(plan.train().cudnnBenchmark());
    }
    return new SrResNetStep(plan, device);
  }
}
