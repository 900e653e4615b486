package io.sparksr.training;

import io.sparksr.nn.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The precision asked for. */
public enum PrecisionChoice {
  /**
   * {@link #BF16} where the processor computes in bfloat16 (it is much slower elsewhere), else
   * {@link #FP32}.
   */
  AUTO,
  /** 32-bit floats. */
  FP32,
  /** bfloat16 activations, float32 weights. */
  BF16;

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** The precision this means on the machine that asks. */
  public Precision resolve() {
    return switch (this) {
      case FP32 -> Precision.FP32;
      case BF16 -> Precision.BF16;
      case AUTO -> processorComputesInBfloat16() ? Precision.BF16 : Precision.FP32;
    };
  }

  /**
   * The precision this means for GPUs, whatever the machine that asks has: {@link #AUTO} is {@link
   * #FP32}, because older GPUs compute no faster in bfloat16.
   */
  public Precision resolveForGpus() {
    return this == BF16 ? Precision.BF16 : Precision.FP32;
  }

  private static boolean processorComputesInBfloat16() {
    try {
      String info =
          Files.exists(CPU_INFO) ? Files.readString(CPU_INFO, StandardCharsets.UTF_8) : "";
      return info.contains("avx512_bf16") || info.contains("amx_bf16");
    } catch (IOException e) {
      return false;
    }
  }
}
