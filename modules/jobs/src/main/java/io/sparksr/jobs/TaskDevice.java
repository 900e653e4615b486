package io.sparksr.jobs;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import io.sparksr.training.DeviceChoice;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** Where a task computes that nobody gave a device. */
final class TaskDevice {
  /** Spark's setting of how many GPUs a task has. */
  static final String GPUS_OF_A_TASK = "spark.task.resource.gpu.amount";

  private static final String GPU = "gpu";

  private TaskDevice() {}

  /**
   * A manager on the first GPU that Spark assigned to the task, if libtorch can use it, else on the
   * processor; closed by the caller.
   */
  static NDManager newManager(TaskContext task) {
    return DeviceChoice.AUTO.resolve(assigned(task.resourcesJMap()), 0).newManager();
  }

  /** Whether tasks will compute on GPUs, as far as Spark's settings tell. */
  static boolean isGpu(DeviceChoice device, SparkConf conf) {
    return switch (device) {
      case CPU -> false;
      case GPU -> true;
      case AUTO -> conf.getDouble(GPUS_OF_A_TASK, 0) > 0;
    };
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
