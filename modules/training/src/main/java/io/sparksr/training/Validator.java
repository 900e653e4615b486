package io.sparksr.training;

import io.sparksr.core.image.RgbImage;
import io.sparksr.evaluation.Score;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.NamedTensor;
import java.io.IOException;
import java.util.List;

/**
 * Enlarges and scores the images of benchmark folders with a network that is being trained. For one
 * thread at a time.
 */
public interface Validator extends AutoCloseable {

  /**
   * An image to score.
   *
   * @param set the name of its set
   * @param name its file's name
   */
  record Image(String set, String name) {}

  /**
   * What came of an image.
   *
   * @param sr the enlarged image, rounded to bytes
   * @param score against HR
   */
  record Result(RgbImage sr, Score score) {}

  /** All images, set after set, the same on every replica. */
  List<Image> images();

  /**
   * Takes over the present values of a network.
   *
   * @param description of the network
   * @param model its values by name; copied
   */
  void load(ModelDescription description, List<NamedTensor> model);

  /**
   * Scores one image with the values loaded last.
   *
   * @param image its place among {@link #images}
   */
  Result score(int image) throws IOException;

  @Override
  void close();
}
