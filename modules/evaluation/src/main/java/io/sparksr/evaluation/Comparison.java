package io.sparksr.evaluation;

import io.sparksr.core.image.RgbImage;

/**
 * One enlarged image beside its truth under a protocol: what a {@link Metric} measures. For one
 * thread at a time.
 */
public final class Comparison {
  private final EvaluationProtocol protocol;
  private final RgbImage lr;
  private final RgbImage hr;
  private final FloatImage sr;
  private final SourceColour colour;
  private Score score;

  /**
   * A comparison.
   *
   * @param lr what was enlarged
   * @param hr the truth, {@code protocol.scale()} times as wide and high
   * @param sr the result, of the same size
   * @param colour whether the file of {@code hr} was gray
   */
  public Comparison(
      EvaluationProtocol protocol, RgbImage lr, RgbImage hr, FloatImage sr, SourceColour colour) {
    this.protocol = protocol;
    this.lr = lr;
    this.hr = hr;
    this.sr = sr;
    this.colour = colour;
  }

  /** How HR and LR were made and what is compared. */
  public EvaluationProtocol protocol() {
    return protocol;
  }

  /** What was enlarged. */
  public RgbImage lr() {
    return lr;
  }

  /** The truth. */
  public RgbImage hr() {
    return hr;
  }

  /** The result. */
  public FloatImage sr() {
    return sr;
  }

  /**
   * The protocol's PSNR and SSIM, computed once.
   *
   * @throws IllegalArgumentException as {@link EvaluationProtocol#score(RgbImage, FloatImage,
   *     SourceColour)}
   */
  public Score score() {
    if (score == null) {
      score = protocol.score(hr, sr, colour);
    }
    return score;
  }
}
