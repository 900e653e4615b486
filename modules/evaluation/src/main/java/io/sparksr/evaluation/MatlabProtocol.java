package io.sparksr.evaluation;

import io.sparksr.core.image.MatlabResampler;
import io.sparksr.core.image.RgbImage;
import java.util.function.DoubleUnaryOperator;

/** The protocol of most papers and of BasicSR: MATLAB's bicubic, 8-bit values, Gaussian SSIM. */
final class MatlabProtocol implements EvaluationProtocol {
  static final String NAME = "matlab";

  private final int scale;
  private final Ssim ssim = Ssim.gaussian();

  MatlabProtocol(int scale) {
    this.scale = scale;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "Cut at the right and bottom to a multiple of the scale; LR by MATLAB's imresize"
        + " (bicubic); SR rounded and clipped to 8 bit; Y (BT.601) rounded, gray files on their"
        + " gray values; as many border pixels dropped as the scale says; SSIM with a Gaussian 11x11 window, sigma 1.5.";
  }

  @Override
  public int scale() {
    return scale;
  }

  @Override
  public int minimumSide() {
    return TutorialProtocol.multipleOf(scale, 2 * scale + ssim.windowSize());
  }

  @Override
  public RgbImage cropHr(RgbImage image) {
    int width = image.width() / scale * scale;
    int height = image.height() / scale * scale;
    return width == image.width() && height == image.height()
        ? image
        : image.crop(0, 0, width, height);
  }

  @Override
  public RgbImage reduce(RgbImage hr) {
    return MatlabResampler.resize(hr, hr.width() / scale, hr.height() / scale);
  }

  @Override
  public RgbImage enlarge(RgbImage lr) {
    return MatlabResampler.resize(lr, lr.width() * scale, lr.height() * scale);
  }

  @Override
  public Score score(RgbImage hr, FloatImage sr, SourceColour colour) {
    DoubleUnaryOperator range =
        colour == SourceColour.GRAY
            ? weighted -> Math.rint(Luma.fullRange(weighted))
            : weighted -> Math.rint(Luma.studioRange(weighted));
    Plane truth = Luma.of(FloatImage.of(hr), scale, range);
    Plane result = Luma.of(FloatImage.of(sr.toRgb()), scale, range);
    return new Score(Psnr.of(truth, result), ssim.of(truth, result));
  }
}
