package io.sparksr.training;

import io.sparksr.collective.Communicator;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.RgbImage;
import io.sparksr.evaluation.Score;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scores the network that is being trained; the images are dealt to the replicas. */
final class Validation {
  private static final int SUMS = 3;

  private final Validator validator;
  private final Communicator communicator;
  private final int pictures;

  /**
   * What a validation found.
   *
   * @param scores means by set, the same on all replicas
   * @param pictures on rank 0: the first images, enlarged
   */
  record Outcome(Map<String, Score> scores, List<EventLog.Picture> pictures) {
    static final Outcome NONE = new Outcome(Map.of(), List.of());
  }

  Validation(Validator validator, Communicator communicator, int pictures) {
    this.validator = validator;
    this.communicator = communicator;
    this.pictures = Math.min(pictures, validator.images().size());
  }

  /** Scores the network as it is after so many steps; all replicas call this together. */
  Outcome run(TrainingStep training, long step) throws IOException {
    List<Validator.Image> images = validator.images();
    List<String> sets = images.stream().map(Validator.Image::set).distinct().toList();
    double[] sums = new double[sets.size() * SUMS];
    List<EventLog.Picture> shown = new ArrayList<>();
    validator.load(training.description(step), training.model());
    for (int first = 0; first < images.size(); first += communicator.worldSize()) {
      int mine = first + communicator.rank();
      byte[] png = {};
      if (mine < images.size()) {
        Validator.Result result = validator.score(mine);
        add(sums, sets.indexOf(images.get(mine).set()), result.score());
        png = mine < pictures ? encode(result.sr()) : png;
      }
      if (first < pictures) {
        shown.addAll(gather(png, first));
      }
    }
    communicator.allReduceSum(DoubleBuffer.wrap(sums));
    Map<String, Score> means = new LinkedHashMap<>();
    for (int i = 0; i < sets.size(); i++) {
      double count = sums[i * SUMS + 2];
      means.put(sets.get(i), new Score(sums[i * SUMS] / count, sums[i * SUMS + 1] / count));
    }
    return new Outcome(means, communicator.rank() == 0 ? shown : List.of());
  }

  private static void add(double[] sums, int set, Score score) {
    sums[set * SUMS] += score.psnr();
    sums[set * SUMS + 1] += score.ssim();
    sums[set * SUMS + 2]++;
  }

  private static byte[] encode(RgbImage sr) {
    byte[] png = ImageEncoder.png(sr);
    return ProtoMessage.littleEndian(2 * Integer.BYTES + png.length)
        .putInt(sr.width())
        .putInt(sr.height())
        .put(png)
        .array();
  }

  /** The pictures that each rank made of the images from one on. */
  private List<EventLog.Picture> gather(byte[] mine, int first) {
    List<EventLog.Picture> gathered = new ArrayList<>();
    List<byte[]> all = communicator.allGather(mine);
    for (int rank = 0; rank < all.size() && first + rank < pictures; rank++) {
      Validator.Image image = validator.images().get(first + rank);
      ByteBuffer encoded = ByteBuffer.wrap(all.get(rank)).order(ByteOrder.LITTLE_ENDIAN);
      int width = encoded.getInt();
      int height = encoded.getInt();
      byte[] png = new byte[encoded.remaining()];
      encoded.get(png);
      gathered.add(
          new EventLog.Picture(
              "validation/" + image.set() + "/" + image.name(), width, height, png));
    }
    return gathered;
  }
}
