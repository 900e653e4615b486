package io.sparksr.jobs;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.io.FileStore;
import io.sparksr.evaluation.report.EvaluationReport.ImageScore;
import io.sparksr.evaluation.report.FurtherScores;
import io.sparksr.evaluation.report.MissingImage;
import io.sparksr.nn.TorchThreads;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.LongAccumulator;

/** Scores the images of one partition, but for those that were finished before. */
record EvaluateTask(
    RemoteFiles remoteFiles, EvaluatePlan plan, EvaluateNotes notes, LongAccumulator counter)
    implements FlatMapFunction<Iterator<EvaluateTask.Item>, EvaluateTask.Scored> {

  /**
   * An image to score.
   *
   * @param bytes size of its file
   * @param modifiedMillis time of the file's last change
   * @param lr its LR image, if that is given
   * @param shown whether the report shows it
   */
  record Item(
      String set,
      String image,
      String uri,
      long bytes,
      long modifiedMillis,
      GivenLr lr,
      boolean shown)
      implements Serializable {
    /** The same image for the report's pictures. */
    Item asShown() {
      return new Item(set, image, uri, bytes, modifiedMillis, lr, true);
    }
  }

  /**
   * What came of an image: its scores, and its pictures if it is shown; or that it is missing, and
   * nothing else.
   */
  record Scored(
      List<ImageScore> scores,
      List<FurtherScores.Value> further,
      List<StripPictures> strips,
      List<MissingImage> missing)
      implements Serializable {
    Scored {
      scores = List.copyOf(scores);
      further = List.copyOf(further);
      strips = List.copyOf(strips);
      missing = List.copyOf(missing);
    }
  }

  @Override
  public Iterator<Scored> call(Iterator<Item> items) throws IOException {
    TorchThreads.use(plan.threads());
    FileStore files = remoteFiles.store();
    List<Scored> scored = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager()) {
      ScoreImage scorer = new ScoreImage(files, manager, plan);
      while (items.hasNext()) {
        Item item = items.next();
        Optional<Scored> before = notes.read(files, item);
        scored.add(before.isPresent() ? before.get() : score(files, scorer, item));
        counter.add(1);
      }
    }
    return scored.iterator();
  }

  private Scored score(FileStore files, ScoreImage scorer, Item item) throws IOException {
    try {
      Scored scored = scorer.score(item);
      notes.write(files, item, scored);
      return scored;
    } catch (ImageException e) {
      String reason = e.reason().label() + " (" + e.getMessage() + ")";
      if (plan.broken() == BrokenImages.LEAVE_OUT) {
        MissingImage missing = new MissingImage(item.set(), item.image(), reason);
        return new Scored(List.of(), List.of(), List.of(), List.of(missing));
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
