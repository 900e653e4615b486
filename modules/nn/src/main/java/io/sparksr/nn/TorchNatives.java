package io.sparksr.nn;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.cuda.CudaUtils;
import io.sparksr.core.UserException;
import java.lang.management.MemoryUsage;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What of libtorch and of the machine's accelerators this JVM finds and can use. */
public final class TorchNatives {
  private static final int SIDE = 512;
  private static final int PASSES = 3;

  private TorchNatives() {}

  /**
   * Loads libtorch and computes on every device it offers.
   *
   * @return what was found by what it is, in an order to print
   * @throws UserException (configuration) if libtorch cannot be loaded, or a device computes
   *     wrongly
   */
  public static Map<String, String> describe() {
    Map<String, String> found = new LinkedHashMap<>();
    try {
      Engine engine = Engine.getEngine("PyTorch");
      found.put("libtorch", LibUtils.getVersion());
      found.put("libtorch folder", LibUtils.getLibtorchPath());
      found.put("CPU computes", check(Device.cpu()));
      int gpus = engine.getGpuCount();
      found.put("GPUs that libtorch can use", Integer.toString(gpus));
      for (int gpu = 0; gpu < gpus; gpu++) {
        MemoryUsage memory = CudaUtils.getGpuMemory(Device.gpu(gpu));
        found.put(
            "GPU " + gpu,
            "compute capability %s, CUDA %s, %d MiB, computes %s"
                .formatted(
                    CudaUtils.getComputeCapability(gpu),
                    CudaUtils.getCudaVersionString(),
                    memory.getMax() >> 20,
                    check(Device.gpu(gpu))));
      }
    } catch (EngineException | UnsatisfiedLinkError e) {
      throw UserException.configuration(
          "libtorch can't be loaded on %s: %s. Use a jar built for this platform, or name an installed"
                  .formatted(System.getProperty("os.arch"), rootMessage(e))
              + " libtorch with the environment variables PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and"
              + " PYTORCH_FLAVOR");
    }
    return found;
  }

  /** A product of matrices whose result is known, and how long the fastest of some took. */
  private static String check(Device device) {
    double best = Double.MAX_VALUE;
    try (NDManager manager = NDManager.newBaseManager(device, "PyTorch")) {
      NDArray ones = manager.ones(new Shape(SIDE, SIDE));
      for (int pass = 0; pass < PASSES; pass++) {
        long start = System.nanoTime();
        float product = ones.matMul(ones).getFloat(SIDE - 1, SIDE - 1);
        best = Math.min(best, (System.nanoTime() - start) / 1e6);
        if (product != SIDE) {
          throw UserException.configuration(
              "%s: 1 times 1, summed %d times, gave %s. Its driver or hardware is at fault"
                  .formatted(device, SIDE, product));
        }
      }
    }
    return String.format(Locale.ROOT, "a %d x %d product in %.1f ms", SIDE, SIDE, best);
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).replaceAll("\\.$", "");
  }
}
