package io.sparksr.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory of this process is resident, in kB, as Linux counts it. */
final class ResidentSet {
  private ResidentSet() {}

  static long nowKilobytes() throws IOException {
    return field("VmRSS:");
  }

  static long peakKilobytes() throws IOException {
    return field("VmHWM:");
  }

  private static long field(String name) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.UTF_8)) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("/proc/self/status has no " + name);
  }
}
