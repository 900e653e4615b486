package io.sparksr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparksr.core.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RgbProtocolTest {
  /**
   * The numbers are scikit-image's {@code peak_signal_noise_ratio} and {@code
   * structural_similarity(channel_axis=-1)}, both with {@code data_range=255}, on float64 of the
   * bytes of {@link #formula} and of what Pillow's {@code BICUBIC} makes of it, without the border.
   */
  @ParameterizedTest
  @CsvSource({
    "2, 0.0, 19.549227792159044, 0.9102381372206918",
    "2, 0.3, 19.550062223884872, 0.9099133730034686",
    "3, 0.0, 17.599216580580805, 0.8411502703461163",
    "3, 0.3, 17.592121694501394, 0.8406587542513249",
    "4, 0.0, 16.28965114379633, 0.7558423127906181",
    "4, 0.3, 16.285538597104036, 0.7553606009743365"
  })
  void scoresAreThoseOfScikitImage(int scale, float amplitude, double psnr, double ssim) {
    EvaluationProtocol protocol = EvaluationProtocols.named("rgb", scale);
    RgbImage hr = protocol.cropHr(formula(61, 50));
    Score score = protocol.score(hr, rippled(protocol.enlarge(protocol.reduce(hr)), amplitude));
    assertThat(score.psnr()).isEqualTo(psnr, within(1e-10));
    assertThat(score.ssim()).isEqualTo(ssim, within(1e-10));
  }

  @Test
  void anErrorInOneColourCountsAThird() {
    EvaluationProtocol protocol = EvaluationProtocols.named("rgb", 4);
    RgbImage hr = formula(32, 32);
    float[] values = FloatImage.of(hr).values();
    for (int i = 2; i < values.length; i += RgbImage.CHANNELS) {
      values[i] += values[i] < 128 ? 6 : -6;
    }
    Score score = protocol.score(hr, new FloatImage(32, 32, values));
    assertThat(score.psnr()).isEqualTo(10 * Math.log10(255 * 255 / 12.0), within(1e-10));
  }

  @Test
  void theBorderIsAsWideAsTheScale() {
    EvaluationProtocol protocol = EvaluationProtocols.named("rgb", 3);
    RgbImage hr = formula(30, 30);
    assertThat(protocol.score(hr, withWrongColumn(hr, 2)).psnr()).isInfinite();
    assertThat(protocol.score(hr, withWrongColumn(hr, 3)).psnr()).isFinite();
  }

  private static FloatImage withWrongColumn(RgbImage image, int column) {
    float[] values = FloatImage.of(image).values();
    for (int y = 0; y < image.height(); y++) {
      values[(y * image.width() + column) * RgbImage.CHANNELS] = 128.7f;
    }
    return new FloatImage(image.width(), image.height(), values);
  }

  private static RgbImage formula(int width, int height) {
    byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
    int out = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < RgbImage.CHANNELS; c++) {
          pixels[out++] = (byte) (x * (3 + c) + y * (7 - 2 * c) + x * y / (4 + c));
        }
      }
    }
    return new RgbImage(width, height, pixels);
  }

  /** Adds multiples of an amplitude from -5 to 5, so that values are fractions and leave 0..255. */
  private static FloatImage rippled(RgbImage image, float amplitude) {
    float[] values = FloatImage.of(image).values();
    for (int i = 0; i < values.length; i++) {
      values[i] += (i % 11 - 5) * amplitude;
    }
    return new FloatImage(image.width(), image.height(), values);
  }
}
