package io.sparksr.jobs;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import java.util.Arrays;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** Where a task computes. */
final class TaskDevice {
  private static final String GPU = "gpu";

  private TaskDevice() {}

  /** A manager on the first GPU that Spark assigned to the task, else on the processor. */
  static NDManager newManager(TaskContext task) {
    ResourceInformation gpus = task.resourcesJMap().get(GPU);
    if (gpus == null || gpus.addresses().length == 0) {
      return NDManager.newBaseManager(Device.cpu());
    }
    return NDManager.newBaseManager(Device.gpu(address(gpus.addresses())));
  }

  /**
   * The number of the first GPU.
   *
   * @throws UserException (configuration) if Spark's discovery gives no numbers
   */
  static int address(String... addresses) {
    try {
      return Integer.parseInt(addresses[0]);
    } catch (NumberFormatException e) {
      throw UserException.configuration(
          "spark.executor.resource.gpu.discoveryScript: gives "
              + Arrays.toString(addresses)
              + " as addresses; numbers of GPUs are needed");
    }
  }
}
