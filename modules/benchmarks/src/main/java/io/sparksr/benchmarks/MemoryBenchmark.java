package io.sparksr.benchmarks;

import io.sparksr.nn.Precision;
import io.sparksr.nn.TorchThreads;
import java.io.IOException;
import java.util.Locale;

/**
 * Whether memory stays constant over many steps. Arguments: precision, steps, channels, blocks,
 * batch, side; 3000 steps of a small network in fp32 if none are given.
 */
public final class MemoryBenchmark {
  private static final int SETTLED = 300;

  private MemoryBenchmark() {}

  /**
   * Prints the resident set and the number of open native arrays at a tenth (step 300 of 3000) and
   * at the end.
   */
  public static void main(String[] args) throws IOException {
    int[] sizes = {3000, 16, 4, 4, 48};
    Precision precision =
        args.length > 0 ? Precision.valueOf(args[0].toUpperCase(Locale.ROOT)) : Precision.FP32;
    for (int i = 1; i < args.length; i++) {
      sizes[i - 1] = Integer.parseInt(args[i]);
    }
    int settled = Math.min(SETTLED, sizes[0] / 10);
    TorchThreads.use(2);
    try (StepUnderTest step =
        new StepUnderTest(precision, sizes[1], sizes[2], sizes[3], sizes[4])) {
      long settledKilobytes = 0;
      for (int i = 1; i <= sizes[0]; i++) {
        step.run();
        if (i == settled) {
          settledKilobytes = report(i, step);
        }
      }
      long end = report(sizes[0], step);
      System.out.printf(
          Locale.ROOT,
          "change: %+.2f %%, peak %.1f MB%n",
          100.0 * (end - settledKilobytes) / settledKilobytes,
          ResidentSet.peakKilobytes() / 1024.0);
    }
  }

  private static long report(int number, StepUnderTest step) throws IOException {
    long kilobytes = ResidentSet.nowKilobytes();
    System.out.printf(
        Locale.ROOT,
        "step %d: resident %.1f MB, open arrays %d, loss %.4f%n",
        number,
        kilobytes / 1024.0,
        step.openArrays(),
        step.lastLoss());
    return kilobytes;
  }
}
