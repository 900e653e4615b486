package io.sparksr.evaluation.report;

import io.sparksr.core.Seeds;
import io.sparksr.evaluation.Score;
import io.sparksr.evaluation.report.EvaluationReport.ImageScore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * By how much each two models differ on a set under a protocol, and how sure that is.
 *
 * @param method how the intervals were found
 * @param resamples how often the images were drawn anew
 * @param confidence of the intervals, for instance 0.95
 * @param seed of the draws, the run seed of {@link Seeds}
 * @param differences by set, protocol and pair of models, in the report's order
 */
public record Significance(
    String method, int resamples, double confidence, long seed, List<Difference> differences) {
  private static final String METHOD = "paired bootstrap, percentile interval of the mean";

  /** Copies the list. */
  public Significance {
    differences = differences == null ? List.of() : List.copyOf(differences);
  }

  /**
   * A model against another on the images that both were scored on.
   *
   * @param model the later of the two in the report
   * @param reference the one before it
   * @param images how many
   * @param psnr mean of the model's PSNR less the reference's, dB
   * @param psnrInterval lower and upper end, dB; empty with one image or an infinite PSNR
   * @param ssim mean of the model's SSIM less the reference's
   * @param ssimInterval lower and upper end; empty with one image
   */
  public record Difference(
      String model,
      String reference,
      String set,
      String protocol,
      int images,
      double psnr,
      List<Double> psnrInterval,
      double ssim,
      List<Double> ssimInterval) {
    /** Copies the lists. */
    public Difference {
      psnrInterval = psnrInterval == null ? List.of() : List.copyOf(psnrInterval);
      ssimInterval = ssimInterval == null ? List.of() : List.copyOf(ssimInterval);
    }
  }

  private record Group(String set, String protocol) {}

  /** What a document has that does not compare models. */
  static Significance none() {
    return new Significance(
        METHOD,
        PairedBootstrap.RESAMPLES,
        PairedBootstrap.CONFIDENCE,
        PairedBootstrap.SEED,
        List.of());
  }

  /** Compares each two models; {@code rows} are in the order of a report. */
  static Significance of(Collection<ImageScore> rows) {
    Map<Group, Map<String, Map<String, Score>>> groups = new LinkedHashMap<>();
    for (ImageScore row : rows) {
      groups
          .computeIfAbsent(new Group(row.set(), row.protocol()), key -> new LinkedHashMap<>())
          .computeIfAbsent(row.model(), key -> new LinkedHashMap<>())
          .put(row.image(), row.score());
    }
    List<Difference> differences = new ArrayList<>();
    groups.forEach(
        (group, models) -> {
          List<String> names = List.copyOf(models.keySet());
          for (int later = 1; later < names.size(); later++) {
            for (int earlier = 0; earlier < later; earlier++) {
              compare(group, names.get(later), names.get(earlier), models, differences);
            }
          }
        });
    Significance none = none();
    return new Significance(
        none.method(), none.resamples(), none.confidence(), none.seed(), differences);
  }

  private static void compare(
      Group group,
      String model,
      String reference,
      Map<String, Map<String, Score>> models,
      List<Difference> out) {
    Map<String, Score> scores = models.get(model);
    Map<String, Score> others = models.get(reference);
    List<String> images = scores.keySet().stream().filter(others::containsKey).toList();
    if (images.isEmpty()) {
      return;
    }
    double[] psnr = differences(images, scores, others, Score::psnr);
    double[] ssim = differences(images, scores, others, Score::ssim);
    out.add(
        new Difference(
            model,
            reference,
            group.set(),
            group.protocol(),
            images.size(),
            mean(psnr),
            PairedBootstrap.interval(psnr),
            mean(ssim),
            PairedBootstrap.interval(ssim)));
  }

  private static double[] differences(
      List<String> images,
      Map<String, Score> scores,
      Map<String, Score> others,
      ToDoubleFunction<Score> metric) {
    return images.stream()
        .mapToDouble(
            image ->
                metric.applyAsDouble(scores.get(image)) - metric.applyAsDouble(others.get(image)))
        .toArray();
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Those of a protocol, in order. */
  List<Difference> of(String protocol) {
    return differences.stream().filter(d -> d.protocol().equals(protocol)).toList();
  }

  /** How to read them. */
  String note() {
    return String.format(
        Locale.ROOT,
        "Means over the same images of both models, in brackets the %.0f %% interval of a paired"
            + " bootstrap (%,d resamples of the images). Bold: the interval does not hold 0.",
        100 * confidence,
        resamples);
  }

  /** Whether an interval lies on one side of 0. */
  static boolean decided(List<Double> interval) {
    return interval.size() == 2 && (interval.get(0) > 0 || interval.get(1) < 0);
  }
}
