package io.sparksr.evaluation;

import io.sparksr.core.image.RgbImage;

/**
 * What turns an image and a super-resolver into numbers: how HR and LR are made, and what is
 * compared how. Numbers of different protocols do not compare.
 *
 * <p>Implementations are immutable, for one scale, and may be used by several threads.
 */
public interface EvaluationProtocol {

  /** The name in the catalogue and in reports. */
  String name();

  /** One sentence for the readers of a report: images, channel, rounding, border, SSIM window. */
  String description();

  /** HR is this many times as wide and high as LR. */
  int scale();

  /** The least side of an image, in pixels, that can be scored. */
  int minimumSide();

  /**
   * The part of an image whose sides divide by the scale.
   *
   * @param image both sides at least {@link #minimumSide()}
   */
  RgbImage cropHr(RgbImage image);

  /**
   * Makes the network's input.
   *
   * @param hr as {@link #cropHr} returns it
   * @return an image of {@code 1 / scale} of the width and height
   */
  RgbImage reduce(RgbImage hr);

  /** The baseline: bicubic enlargement to {@code scale} times the width and height. */
  RgbImage enlarge(RgbImage lr);

  /**
   * Compares a result with the truth.
   *
   * @param hr as {@link #cropHr} returns it
   * @param sr of the same size
   * @param colour whether the file of {@code hr} was gray, which some protocols score differently
   * @throws IllegalArgumentException if the sizes differ or a side is below {@link #minimumSide()}
   */
  Score score(RgbImage hr, FloatImage sr, SourceColour colour);

  /** {@link #score(RgbImage, FloatImage, SourceColour)} for an image from a colour file. */
  default Score score(RgbImage hr, FloatImage sr) {
    return score(hr, sr, SourceColour.COLOUR);
  }
}
