package io.sparksr.evaluation;

import io.sparksr.core.UserException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The known metrics by name. */
public final class Metrics {
  /** The two that every report has. */
  public static final List<String> ALWAYS = List.of("psnr", "ssim");

  /** The one that needs {@link MetricInputs#features()}. */
  public static final String ON_FEATURES = FeatureDistance.NAME;

  private static final Map<String, Entry> METRICS =
      Map.of(
          "psnr",
          new Entry("PSNR by the protocol, dB", "%.2f", inputs -> c -> c.score().psnr()),
          "ssim",
          new Entry("SSIM by the protocol", "%.4f", inputs -> c -> c.score().ssim()),
          LrConsistency.NAME,
          new Entry(LrConsistency.DESCRIPTION, "%.2f", inputs -> new LrConsistency()),
          FeatureDistance.NAME,
          new Entry(FeatureDistance.DESCRIPTION, "%.4f", FeatureDistance::new));

  private record Entry(String description, String format, Function<MetricInputs, Metric> factory) {}

  private Metrics() {}

  /** The known names, in alphabetical order. */
  public static List<String> names() {
    return METRICS.keySet().stream().sorted().toList();
  }

  /** What a metric measures, and its unit; empty for names that are not known. */
  public static Optional<String> description(String name) {
    return Optional.ofNullable(METRICS.get(name)).map(Entry::description);
  }

  /** A value as reports print it. */
  public static String text(String name, double value) {
    Entry entry = METRICS.get(name);
    return Double.isInfinite(value)
        ? "∞"
        : String.format(Locale.ROOT, entry == null ? "%.4f" : entry.format(), value);
  }

  /**
   * A metric.
   *
   * @param name one of {@link #names()}
   * @param inputs what it may need
   * @throws UserException (configuration) if there is no such metric, listing the known ones, or it
   *     lacks what it needs
   */
  public static Metric named(String name, MetricInputs inputs) {
    Entry entry = METRICS.get(name);
    if (entry == null) {
      throw UserException.configuration(
          "evaluate.metrics: unknown metric '%s'; known are %s"
              .formatted(name, String.join(", ", names())));
    }
    return entry.factory().apply(inputs);
  }
}
