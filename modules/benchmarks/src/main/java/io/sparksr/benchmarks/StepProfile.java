package io.sparksr.benchmarks;

import ai.djl.pytorch.jni.JniUtils;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.nn.Precision;
import io.sparksr.nn.TorchThreads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where the time of a full-size training step goes, by libtorch's own profiler: each operation's
 * time without that of the operations it calls, summed by part. Arguments: precision (fp32), steps
 * (3).
 */
public final class StepProfile {
  private static final int WARM_UP = 5;

  /** Which part an operation belongs to: the first whose pattern is found in its name. */
  private static final Map<String, String> PARTS = new LinkedHashMap<>();

  static {
    PARTS.put("convolution, backward", "conv.*backward|ConvolutionBackward");
    PARTS.put("convolution, forward", "conv");
    PARTS.put("batch norm, backward", "batch_?norm.*backward|BatchNormBackward");
    PARTS.put("batch norm, forward", "batch_?norm");
    PARTS.put("PReLU", "prelu");
    PARTS.put("pixel shuffle", "pixel_(un)?shuffle|PixelShuffle|permute|reshape|clone");
    PARTS.put("copies and casts", "copy|::to|ToCopy|contiguous|empty|resize");
    PARTS.put("Adam", "lerp|addc|sqrt");
    PARTS.put("sums: residuals, gradients", "add|Accumulate|sum");
  }

  private StepProfile() {}

  /** One operation as the profiler reports it: start and duration in microseconds. */
  private record Event(String name, Object thread, double start, double micros) {
    double end() {
      return start + micros;
    }
  }

  /** Prints a Markdown table and the operations that take most. */
  public static void main(String[] args) throws IOException {
    Precision precision =
        args.length > 0 ? Precision.valueOf(args[0].toUpperCase(Locale.ROOT)) : Precision.FP32;
    int steps = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    TorchThreads.use(2);
    Path trace = Files.createTempFile("step-profile", ".json");
    try (StepUnderTest step = new StepUnderTest(precision, 64, 16, 16, 96)) {
      for (int i = 0; i < WARM_UP; i++) {
        step.run();
      }
      JniUtils.startProfile(false, false, false);
      for (int i = 0; i < steps; i++) {
        step.run();
      }
      JniUtils.stopProfile(trace.toString());
    }
    Map<String, Double> own = ownMillis(read(trace), steps);
    Files.delete(trace);
    print(own);
  }

  private static List<Event> read(Path trace) throws IOException {
    String json = Files.readString(trace, StandardCharsets.UTF_8);
    List<Event> events = new ArrayList<>();
    for (Object element :
        JsonCodec.parse(json.getBytes(StandardCharsets.UTF_8), List.class, "trace")) {
      Map<?, ?> event = (Map<?, ?>) element;
      if ("X".equals(event.get("ph"))) {
        events.add(
            new Event(
                (String) event.get("name"),
                event.get("tid"),
                ((Number) event.get("ts")).doubleValue(),
                ((Number) event.get("dur")).doubleValue()));
      }
    }
    // A caller before what it calls.
    events.sort(
        Comparator.comparingDouble(Event::start)
            .thenComparing(Comparator.comparingDouble(Event::micros).reversed()));
    return events;
  }

  /** Milliseconds a step by the name of the operation. */
  private static Map<String, Double> ownMillis(List<Event> events, int steps) {
    Map<String, Double> own = new LinkedHashMap<>();
    Map<Object, Deque<Event>> open = new LinkedHashMap<>();
    for (Event event : events) {
      Deque<Event> callers = open.computeIfAbsent(event.thread, key -> new ArrayDeque<>());
      while (!callers.isEmpty() && callers.peek().end() < event.end()) {
        callers.pop();
      }
      if (!callers.isEmpty()) {
        own.merge(callers.peek().name, -event.micros / 1e3 / steps, Double::sum);
      }
      own.merge(event.name, event.micros / 1e3 / steps, Double::sum);
      callers.push(event);
    }
    return own;
  }

  private static void print(Map<String, Double> own) {
    double total = own.values().stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Double> parts = new LinkedHashMap<>();
    own.forEach((name, millis) -> parts.merge(part(name), millis, Double::sum));
    System.out.println("| part | ms a step | share |\n| --- | --- | --- |");
    byTime(parts)
        .forEach(
            part ->
                System.out.printf(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f %% |%n",
                    part.getKey(),
                    part.getValue(),
                    100 * part.getValue() / total));
    System.out.println("\n| operation | part | ms a step |\n| --- | --- | --- |");
    byTime(own).stream()
        .limit(25)
        .forEach(
            operation ->
                System.out.printf(
                    Locale.ROOT,
                    "| %s | %s | %.2f |%n",
                    operation.getKey(),
                    part(operation.getKey()),
                    operation.getValue()));
  }

  private static List<Map.Entry<String, Double>> byTime(Map<String, Double> times) {
    return times.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .toList();
  }

  private static String part(String operation) {
    for (Map.Entry<String, String> part : PARTS.entrySet()) {
      if (Pattern.compile(part.getValue()).matcher(operation).find()) {
        return part.getKey();
      }
    }
    return "other";
  }
}
