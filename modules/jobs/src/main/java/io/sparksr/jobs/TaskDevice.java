package io.sparksr.jobs;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import io.sparksr.training.DeviceChoice;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** Where a task computes that nobody gave a device. */
final class TaskDevice {
  private static final String GPU = "gpu";

  private TaskDevice() {}

  /**
   * A manager on the first GPU that Spark assigned to the task, if libtorch can use it, else on the
   * processor; closed by the caller.
   */
  static NDManager newManager(TaskContext task) {
    return DeviceChoice.AUTO.resolve(assigned(task.resourcesJMap()), 0).newManager();
  }

  /**
   * The number of the first GPU among the resources of a task.
   *
   * @throws UserException (configuration) if Spark's discovery gives no numbers
   */
  static OptionalInt assigned(Map<String, ResourceInformation> resources) {
    ResourceInformation gpus = resources.get(GPU);
    if (gpus == null || gpus.addresses().length == 0) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(gpus.addresses()[0].trim()));
    } catch (NumberFormatException e) {
      throw UserException.configuration(
          "spark.executor.resource.gpu.discoveryScript: gives "
              + Arrays.toString(gpus.addresses())
              + " as addresses; numbers of GPUs are needed");
    }
  }
}
