package io.sparksr.evaluation.report;

import io.sparksr.evaluation.Score;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An image worth looking at, since a model does best or worst on it.
 *
 * @param set where it belongs
 * @param image its name
 * @param reasons at least one sentence, which model and by how much
 */
public record Highlight(String set, String image, List<String> reasons) {
  /** Copies the list. */
  public Highlight {
    reasons = List.copyOf(reasons);
  }

  private record Ranked(String image, double value) {}

  /**
   * For each set and model, the images with the largest and the smallest gain in PSNR over bicubic
   * by the first protocol; where bicubic was not scored, or nothing else, those with the highest
   * and the lowest PSNR. An image is named once, with all its reasons.
   *
   * @param each how many images from either end of a model's ranking
   * @return by set, then by model, best before worst
   */
  public static List<Highlight> of(EvaluationReport report, int each) {
    if (report.results().isEmpty()) {
      return List.of();
    }
    List<String> models = report.challengers().isEmpty() ? report.models() : report.challengers();
    Map<EvaluationReport.ImageKey, List<String>> reasons = new LinkedHashMap<>();
    Map<EvaluationReport.ImageKey, Map<String, Score>> scores =
        report.imageScores(report.protocols().get(0));
    for (String set : report.sets()) {
      for (String model : models) {
        boolean gain =
            !model.equals(EvaluationReport.BASELINE)
                && report.models().contains(EvaluationReport.BASELINE);
        List<Ranked> ranking = ranking(scores, set, model, gain);
        for (int rank = 1; rank <= ranking.size(); rank++) {
          if (rank <= each || rank > ranking.size() - each) {
            Ranked ranked = ranking.get(rank - 1);
            reasons
                .computeIfAbsent(
                    new EvaluationReport.ImageKey(set, ranked.image()), key -> new ArrayList<>())
                .add(reason(model, gain, rank, ranking.size(), ranked.value()));
          }
        }
      }
    }
    List<Highlight> highlights = new ArrayList<>();
    reasons.forEach((key, why) -> highlights.add(new Highlight(key.set(), key.image(), why)));
    return highlights;
  }

  private static List<Ranked> ranking(
      Map<EvaluationReport.ImageKey, Map<String, Score>> scores,
      String set,
      String model,
      boolean gain) {
    List<Ranked> ranking = new ArrayList<>();
    scores.forEach(
        (key, byModel) -> {
          if (key.set().equals(set)) {
            Optional<Double> floor =
                gain
                    ? Optional.ofNullable(byModel.get(EvaluationReport.BASELINE)).map(Score::psnr)
                    : Optional.of(0.0);
            Optional.ofNullable(byModel.get(model))
                .flatMap(score -> floor.map(base -> score.psnr() - base))
                // Between two infinities, that is, where both equal the original, nothing is shown.
                .filter(value -> !value.isNaN())
                .ifPresent(value -> ranking.add(new Ranked(key.image(), value)));
          }
        });
    ranking.sort(Comparator.comparingDouble(Ranked::value).reversed().thenComparing(Ranked::image));
    return ranking;
  }

  private static String reason(String model, boolean gain, int rank, int count, double value) {
    String place = count > 1 ? " (rank " + rank + " of " + count + ")" : "";
    if (gain) {
      String lead = lead(rank, count, "Largest gain", "Smallest gain", "Gain");
      return lead + " of " + model + " over bicubic: " + ScoreText.psnrGain(value) + " dB" + place;
    }
    String lead = lead(rank, count, "Highest PSNR", "Lowest PSNR", "PSNR");
    return lead + " of " + model + ": " + ScoreText.psnr(value) + " dB" + place;
  }

  private static String lead(int rank, int count, String first, String last, String between) {
    return rank == 1 ? first : rank == count ? last : between;
  }
}
