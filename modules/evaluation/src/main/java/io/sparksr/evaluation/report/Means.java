package io.sparksr.evaluation.report;

import io.sparksr.evaluation.report.EvaluationReport.ImageScore;
import io.sparksr.evaluation.report.EvaluationReport.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The means of images' scores. */
final class Means {
  private Means() {}

  /**
   * One per model, set and protocol, in the order in which they first come; each summed in the
   * order of its rows.
   */
  static List<Result> of(List<ImageScore> rows) {
    Map<List<String>, List<ImageScore>> groups = new LinkedHashMap<>();
    for (ImageScore row : rows) {
      groups
          .computeIfAbsent(
              List.of(row.model(), row.set(), row.protocol()), key -> new ArrayList<>())
          .add(row);
    }
    return groups.values().stream().map(Means::mean).toList();
  }

  private static Result mean(List<ImageScore> rows) {
    double psnr = 0;
    double ssim = 0;
    for (ImageScore row : rows) {
      psnr += row.psnr();
      ssim += row.ssim();
    }
    ImageScore first = rows.get(0);
    int count = rows.size();
    return new Result(
        first.model(), first.set(), first.protocol(), count, psnr / count, ssim / count);
  }
}
