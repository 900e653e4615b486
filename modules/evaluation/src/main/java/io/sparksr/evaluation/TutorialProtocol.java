package io.sparksr.evaluation;

import io.sparksr.core.image.BicubicResampler;
import io.sparksr.core.image.RgbImage;

/** The protocol of the PyTorch tutorial: Pillow's bicubic, unrounded luma, scikit-image's SSIM. */
final class TutorialProtocol implements EvaluationProtocol {
  static final String NAME = "tutorial";

  /** The tutorial drops 4 pixels at its one scale, 4. */
  private static final int BORDER = 4;

  private final int scale;
  private final Ssim ssim = Ssim.uniform();

  TutorialProtocol(int scale) {
    this.scale = scale;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "Centre crop to a multiple of the scale; LR by Pillow's bicubic; SR neither rounded nor"
        + " clipped; Y (BT.601) unrounded, "
        + BORDER
        + " border pixels dropped; SSIM with a uniform 7x7 window and sample covariance"
        + " (scikit-image's default).";
  }

  @Override
  public int scale() {
    return scale;
  }

  @Override
  public int minimumSide() {
    return multipleOf(scale, 2 * BORDER + ssim.windowSize());
  }

  @Override
  public RgbImage cropHr(RgbImage image) {
    return image.centreCropToMultipleOf(scale);
  }

  @Override
  public RgbImage reduce(RgbImage hr) {
    return BicubicResampler.resize(hr, hr.width() / scale, hr.height() / scale);
  }

  @Override
  public RgbImage enlarge(RgbImage lr) {
    return BicubicResampler.resize(lr, lr.width() * scale, lr.height() * scale);
  }

  @Override
  public Score score(RgbImage hr, FloatImage sr, SourceColour colour) {
    Plane truth = Luma.of(FloatImage.of(hr), BORDER, Luma::studioRange);
    Plane result = Luma.of(sr, BORDER, Luma::studioRange);
    return new Score(Psnr.of(truth, result), ssim.of(truth, result));
  }

  /** The least multiple of {@code scale} that is not below a size: what a crop leaves of a side. */
  static int multipleOf(int scale, int least) {
    return (least + scale - 1) / scale * scale;
  }
}
