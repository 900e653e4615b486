package io.sparksr.nn;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import java.io.Serializable;

/**
 * Where a network computes: the processor, or one GPU of the machine.
 *
 * @param kind of the device
 * @param ordinal which GPU, from 0, as CUDA counts; 0 for the processor
 */
public record ComputeDevice(Kind kind, int ordinal) implements Serializable {
  /** Kinds of devices. */
  public enum Kind {
    /** The processor; a network's flat buffers are memory of the JVM. */
    CPU,
    /** The processor, but with the copies between host and device that a GPU needs: for tests. */
    CPU_WITH_COPIES,
    /** A GPU; a network's flat buffers have copies on the host. */
    GPU
  }

  /** The processor. */
  public static ComputeDevice cpu() {
    return new ComputeDevice(Kind.CPU, 0);
  }

  /** A GPU, whether or not the machine has it. */
  public static ComputeDevice gpu(int ordinal) {
    return new ComputeDevice(Kind.GPU, ordinal);
  }

  /** The GPUs that libtorch can use here; 0 if it was built without CUDA or there is none. */
  public static int gpus() {
    Engine engine = Engine.getEngine("PyTorch");
    return engine.hasCapability(StandardCapabilities.CUDA) ? engine.getGpuCount() : 0;
  }

  /**
   * A manager whose arrays are on this device; closed by the caller.
   *
   * @throws UserException (configuration) if this machine has no such GPU
   */
  public NDManager newManager() {
    if (kind == Kind.GPU) {
      requireGpu(gpus());
      return NDManager.newBaseManager(Device.gpu(ordinal));
    }
    return NDManager.newBaseManager(Device.cpu());
  }

  void requireGpu(int present) {
    if (present == 0) {
      throw UserException.configuration(
          "train.device: is gpu, but libtorch finds no CUDA device here. Set it to auto or cpu, or"
              + " give it a driver and CUDA libraries (PYTORCH_LIBRARY_PATH: a folder with libtorch"
              + " 2.7.1 for CUDA)");
    }
    if (ordinal >= present) {
      throw UserException.configuration(
          "train.device: GPU "
              + ordinal
              + " was assigned, but libtorch finds only "
              + present
              + " here. Compare spark.executor.resource.gpu.discoveryScript and CUDA_VISIBLE_DEVICES");
    }
  }
}
