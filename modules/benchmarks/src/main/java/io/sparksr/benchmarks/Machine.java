package io.sparksr.benchmarks;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What figures depend on and a reader must know. */
final class Machine {
  private Machine() {}

  /** Names and values in the order to print. */
  static Map<String, String> facts() throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("processor", find("/proc/cpuinfo", "model name\\s*: (.+)"));
    facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("bfloat16 in hardware", hasFlag("avx512_bf16") || hasFlag("amx_bf16") ? "yes" : "no");
    long kilobytes = Long.parseLong(find("/proc/meminfo", "MemTotal:\\s*(\\d+)"));
    facts.put("memory", String.format(Locale.ROOT, "%.1f GiB", kilobytes / 1048576.0));
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("Java", System.getProperty("java.runtime.version"));
    facts.put("DJL", Engine.getDjlVersion());
    facts.put("libtorch", Engine.getEngine("PyTorch").getVersion());
    return facts;
  }

  /** How many processes wanted to run, on average over the last minute. */
  static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static boolean hasFlag(String flag) throws IOException {
    return (" " + find("/proc/cpuinfo", "flags\\s*: (.+)") + " ").contains(" " + flag + " ");
  }

  private static String find(String file, String pattern) throws IOException {
    Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(Path.of(file)));
    return matcher.find() ? matcher.group(1).strip() : "unknown";
  }
}
