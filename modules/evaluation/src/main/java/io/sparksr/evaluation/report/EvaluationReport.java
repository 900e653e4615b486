package io.sparksr.evaluation.report;

import io.sparksr.core.Provenance;
import io.sparksr.core.UserException;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.evaluation.Score;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The document {@code report.json}: mean scores per model, set and protocol, the scores of every
 * image, and where they come from. Both lists are ordered by model, set and protocol as the user
 * named them, then by image name. An infinite PSNR, that of equal images, is the string {@code
 * "Infinity"} in JSON.
 *
 * @param results means over the images of a set
 * @param images one row per image
 * @param missing images that were left out, usually none; a document without the key has none
 * @param significance how sure the differences between models are; a document without the key
 *     compares none
 * @param further what other metrics measured; a document without the key has none
 * @param scale HR is this many times as wide and high as LR; a document without the key is of 4
 * @param provenance how the report was made
 */
public record EvaluationReport(
    List<Result> results,
    List<ImageScore> images,
    List<MissingImage> missing,
    Significance significance,
    FurtherScores further,
    int scale,
    Provenance provenance) {

  /** The name of the model that others are compared with. */
  public static final String BASELINE = "bicubic";

  private static final int USUAL_SCALE = 4;

  /**
   * Mean scores.
   *
   * @param images how many images the means are over
   * @param psnr mean of the images' PSNR, dB
   * @param ssim mean of the images' SSIM
   */
  public record Result(
      String model, String set, String protocol, int images, double psnr, double ssim) {
    /** Both means. */
    public Score score() {
      return new Score(psnr, ssim);
    }
  }

  /**
   * Scores of one image.
   *
   * @param image its name, unique within the set
   * @param psnr dB
   * @param ssim at most 1
   */
  public record ImageScore(
      String model, String set, String protocol, String image, double psnr, double ssim)
      implements Serializable {
    /** A row for a score. */
    public static ImageScore of(
        String model, String set, String protocol, String image, Score score) {
      return new ImageScore(model, set, protocol, image, score.psnr(), score.ssim());
    }

    /** Both scores. */
    public Score score() {
      return new Score(psnr, ssim);
    }
  }

  /**
   * The names in the order in which reports show them.
   *
   * @param models as the user named them
   * @param sets as the user named them
   * @param protocols as the user named them
   */
  public record Order(List<String> models, List<String> sets, List<String> protocols) {
    /** Copies the lists. */
    public Order {
      models = List.copyOf(models);
      sets = List.copyOf(sets);
      protocols = List.copyOf(protocols);
    }

    private Comparator<ImageScore> comparator() {
      return Comparator.<ImageScore>comparingInt(row -> index("model", models, row.model()))
          .thenComparingInt(row -> index("set", sets, row.set()))
          .thenComparingInt(row -> index("protocol", protocols, row.protocol()))
          .thenComparing(ImageScore::image);
    }

    private static int index(String kind, List<String> names, String name) {
      int index = names.indexOf(name);
      if (index < 0) {
        throw new IllegalArgumentException("unknown " + kind + " '" + name + "', not in " + names);
      }
      return index;
    }
  }

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if a component is missing
   */
  public EvaluationReport {
    if (results == null || images == null || provenance == null) {
      throw new IllegalArgumentException("results, images and provenance are required");
    }
    results = List.copyOf(results);
    images = List.copyOf(images);
    missing = missing == null ? List.of() : List.copyOf(missing);
    significance = significance == null ? Significance.none() : significance;
    further = further == null ? FurtherScores.none() : further;
    scale = scale == 0 ? USUAL_SCALE : scale;
  }

  /** The same scores, naming the images that were left out. */
  public EvaluationReport withMissing(List<MissingImage> leftOut) {
    return new EvaluationReport(results, images, leftOut, significance, further, scale, provenance);
  }

  /** The same scores with those of other metrics. */
  public EvaluationReport withFurther(FurtherScores others) {
    return new EvaluationReport(results, images, missing, significance, others, scale, provenance);
  }

  /** The same scores, of an enlargement other than 4. */
  public EvaluationReport withScale(int factor) {
    return new EvaluationReport(
        results, images, missing, significance, further, factor, provenance);
  }

  /**
   * Sorts the rows and averages them per model, set and protocol. The result does not depend on the
   * order of {@code rows}, to the last bit.
   *
   * @throws IllegalArgumentException if a row has a name that {@code order} lacks, or an image
   *     comes twice
   */
  public static EvaluationReport of(
      Order order, Collection<ImageScore> rows, Provenance provenance) {
    List<ImageScore> sorted = new ArrayList<>(rows);
    Comparator<ImageScore> comparator = order.comparator();
    sorted.sort(comparator);
    ImageScore previous = null;
    for (ImageScore row : sorted) {
      if (previous != null && comparator.compare(previous, row) == 0) {
        throw new IllegalArgumentException("scored twice: " + previous + " and " + row);
      }
      previous = row;
    }
    return new EvaluationReport(
        Means.of(sorted),
        sorted,
        List.of(),
        Significance.of(sorted),
        FurtherScores.none(),
        USUAL_SCALE,
        provenance);
  }

  /**
   * Parses {@code report.json}.
   *
   * @param source where it comes from, for the error message
   * @throws UserException (input) if it is no such document
   */
  public static EvaluationReport parse(byte[] json, String source) {
    return JsonCodec.parse(json, EvaluationReport.class, source);
  }

  /** The document {@code report.json}. */
  public byte[] toJson() {
    return JsonCodec.document(this);
  }

  /** The protocols of the results, in order; so are {@link #models()} and {@link #sets()}. */
  List<String> protocols() {
    return distinct(Result::protocol);
  }

  List<String> models() {
    return distinct(Result::model);
  }

  List<String> sets() {
    return distinct(Result::set);
  }

  /** The models other than the baseline, in order. */
  List<String> challengers() {
    return models().stream().filter(model -> !model.equals(BASELINE)).toList();
  }

  private List<String> distinct(Function<Result, String> name) {
    return results.stream().map(name).distinct().toList();
  }

  /** The means of a model on a set, if it was scored there. */
  Optional<Result> result(String model, String set, String protocol) {
    return results.stream()
        .filter(r -> r.model().equals(model) && r.set().equals(set))
        .filter(r -> r.protocol().equals(protocol))
        .findFirst();
  }

  /** How much better than the baseline a result is; empty for the baseline and without one. */
  public Optional<Score> gain(Result result) {
    return result.model().equals(BASELINE)
        ? Optional.empty()
        : result(BASELINE, result.set(), result.protocol())
            .map(b -> new Score(result.psnr() - b.psnr(), result.ssim() - b.ssim()));
  }

  /** The scores of a protocol by set and image, each by model, in order. */
  Map<ImageKey, Map<String, Score>> imageScores(String protocol) {
    Map<ImageKey, Map<String, Score>> byImage = new LinkedHashMap<>();
    for (String set : sets()) {
      for (ImageScore row : images) {
        if (row.set().equals(set) && row.protocol().equals(protocol)) {
          byImage
              .computeIfAbsent(new ImageKey(set, row.image()), key -> new LinkedHashMap<>())
              .put(row.model(), row.score());
        }
      }
    }
    return byImage;
  }

  /** An image of a set. */
  record ImageKey(String set, String image) {}
}
