package io.sparksr.nn;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import io.sparksr.core.UserException;

/** How the CUDA libraries compute. It holds for the whole process and does nothing on a CPU. */
public final class GpuMath {
  /**
   * libtorch's own switch for TF32 is out of DJL's reach; NVIDIA's libraries, cuBLAS and cuDNN,
   * read this one when they are loaded, and it overrules what the program asks for.
   */
  static final String TF32 = "NVIDIA_TF32_OVERRIDE";

  private GpuMath() {}

  /**
   * Lets cuDNN try its algorithms on each new shape and keep the fastest, or not. With it, two runs
   * may choose differently and so round differently.
   */
  public static void benchmarkAlgorithms(boolean on) {
    Engine.getEngine("PyTorch");
    JniUtils.setBenchmarkCuDNN(on);
  }

  /**
   * Checks that this process computes float32 as such rather than in TF32.
   *
   * @throws UserException (configuration) if the environment leaves TF32 on; it says how to turn it
   *     off
   */
  public static void requireStrictFp32() {
    requireStrictFp32(System.getenv(TF32));
  }

  static void requireStrictFp32(String override) {
    if (!"0".equals(override)) {
      throw UserException.configuration(
          "train.strict-fp32: on a GPU it needs "
              + TF32
              + "=0 in the environment of the process that trains. Set it with --conf spark.executorEnv."
              + TF32
              + "=0, and on an embedded Spark export it before sparksr starts");
    }
  }
}
