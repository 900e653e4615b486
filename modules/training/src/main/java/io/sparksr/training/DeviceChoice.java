package io.sparksr.training;

import io.sparksr.core.UserException;
import io.sparksr.nn.ComputeDevice;
import java.util.OptionalInt;

/** The device asked for. */
public enum DeviceChoice {
  /** The GPU that Spark assigned to the task if libtorch can use it, else the processor. */
  AUTO,
  /** The processor. */
  CPU,
  /**
   * The GPU that Spark assigned; where it assigns none, the replicas take the machine's in turn.
   */
  GPU;

  /**
   * The device this means for a replica on the machine that asks.
   *
   * @param assigned the address of the GPU that Spark assigned to its task
   * @param rank of the replica
   * @throws UserException (configuration) if a GPU is asked for and libtorch finds none
   */
  public ComputeDevice resolve(OptionalInt assigned, int rank) {
    return this == CPU ? ComputeDevice.cpu() : resolve(assigned, rank, ComputeDevice.gpus());
  }

  ComputeDevice resolve(OptionalInt assigned, int rank, int gpus) {
    return switch (this) {
      case CPU -> ComputeDevice.cpu();
      case AUTO ->
          assigned.isPresent() && gpus > 0
              ? ComputeDevice.gpu(assigned.getAsInt())
              : ComputeDevice.cpu();
      case GPU -> ComputeDevice.gpu(assigned.orElse(rank % Math.max(1, gpus)));
    };
  }
}
