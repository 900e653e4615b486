package io.sparksr.evaluation;

import io.sparksr.core.image.BicubicResampler;
import io.sparksr.core.image.RgbImage;

/** All three colours as they are seen: Pillow's bicubic, 8-bit values, scikit-image's SSIM. */
final class RgbProtocol implements EvaluationProtocol {
  static final String NAME = "rgb";

  private final int scale;
  private final Ssim ssim = Ssim.uniform();

  RgbProtocol(int scale) {
    this.scale = scale;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "Centre crop to a multiple of the scale; LR by Pillow's bicubic; SR rounded and clipped"
        + " to 8 bit; PSNR over all red, green and blue values, as many border pixels dropped as the"
        + " scale says; SSIM of each colour with a uniform 7x7 window and sample covariance"
        + " (scikit-image's default), averaged.";
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
    RgbImage result = sr.toRgb();
    double similarity = 0;
    for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
      similarity += ssim.of(channel(hr, channel), channel(result, channel));
    }
    return new Score(Psnr.of(colours(hr), colours(result)), similarity / RgbImage.CHANNELS);
  }

  /**
   * Red, green and blue of each pixel beside each other: (height, 3 * width) without the border.
   */
  private Plane colours(RgbImage image) {
    return plane(image, 0, 1, RgbImage.CHANNELS);
  }

  private Plane channel(RgbImage image, int channel) {
    return plane(image, channel, RgbImage.CHANNELS, 1);
  }

  /** Every {@code stride}-th value from {@code first} on, {@code perPixel} of a pixel. */
  private Plane plane(RgbImage image, int first, int stride, int perPixel) {
    int width = image.width() - 2 * scale;
    int height = image.height() - 2 * scale;
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "an image of %dx%d has nothing within a border of %d"
              .formatted(image.width(), image.height(), scale));
    }
    byte[] pixels = image.pixels();
    double[] values = new double[width * height * perPixel];
    int out = 0;
    for (int y = 0; y < height; y++) {
      int in = ((y + scale) * image.width() + scale) * RgbImage.CHANNELS + first;
      for (int x = 0; x < width * perPixel; x++) {
        values[out++] = pixels[in] & 0xFF;
        in += stride;
      }
    }
    return new Plane(width * perPixel, height, values);
  }
}
