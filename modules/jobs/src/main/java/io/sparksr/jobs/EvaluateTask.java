package io.sparksr.jobs;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import io.sparksr.core.image.ImageException;
import io.sparksr.evaluation.report.EvaluationReport.ImageScore;
import io.sparksr.evaluation.report.MissingImage;
import io.sparksr.nn.TorchThreads;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.LongAccumulator;

/** Scores the images of one partition. */
record EvaluateTask(RemoteFiles remoteFiles, EvaluatePlan plan, LongAccumulator counter)
    implements FlatMapFunction<Iterator<EvaluateTask.Item>, EvaluateTask.Scored> {

  /** An image to score; {@code shown}: whether the report shows it. */
  record Item(String set, String image, String uri, boolean shown) implements Serializable {}

  /**
   * What came of an image: its scores, and its pictures if it is shown; or that it is missing, and
   * nothing else.
   */
  record Scored(List<ImageScore> scores, List<StripPictures> strips, List<MissingImage> missing)
      implements Serializable {}

  @Override
  public Iterator<Scored> call(Iterator<Item> items) throws IOException {
    TorchThreads.use(plan.threads());
    List<Scored> scored = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager()) {
      ScoreImage scorer = new ScoreImage(remoteFiles.store(), manager, plan);
      while (items.hasNext()) {
        scored.add(score(scorer, items.next()));
        counter.add(1);
      }
    }
    return scored.iterator();
  }

  private Scored score(ScoreImage scorer, Item item) throws IOException {
    try {
      return scorer.score(item);
    } catch (ImageException e) {
      String reason = e.reason().label() + " (" + e.getMessage() + ")";
      if (plan.broken() == BrokenImages.LEAVE_OUT) {
        MissingImage missing = new MissingImage(item.set(), item.image(), reason);
        return new Scored(List.of(), List.of(), List.of(missing));
      }
      throw UserException.input(
          item.uri()
              + ": "
              + reason
              + ". Every image of a set must be scored: mend or remove it, or leave it out with"
              + " --allow-missing",
          e);
    }
  }
}
