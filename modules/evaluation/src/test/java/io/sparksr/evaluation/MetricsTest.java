package io.sparksr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparksr.core.UserException;
import io.sparksr.core.image.RgbImage;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricsTest {
  /** Its features are the red values, halved. */
  private static final MetricInputs INPUTS =
      new MetricInputs(
          Optional.of(
              image -> {
                float[] features = new float[image.width() * image.height()];
                for (int i = 0; i < features.length; i++) {
                  features[i] = (image.pixels()[i * RgbImage.CHANNELS] & 0xFF) / 2f;
                }
                return features;
              }));

  private final EvaluationProtocol protocol = EvaluationProtocols.named("tutorial", 4);
  private final RgbImage hr = TestImages.noise(1, 64, 48);
  private final RgbImage lr = protocol.reduce(hr);

  @Test
  void everyMetricOfTheCatalogueMeasuresAndHasADescription() {
    for (String name : Metrics.names()) {
      assertThat(Metrics.description(name)).isPresent();
      assertThat(Metrics.named(name, INPUTS).of(compare(protocol.enlarge(lr)))).isFinite();
    }
    assertThat(Metrics.names()).containsAll(Metrics.ALWAYS);
  }

  @Test
  void psnrAndSsimAreTheProtocols() {
    RgbImage sr = protocol.enlarge(lr);
    Score score = protocol.score(hr, FloatImage.of(sr));
    assertThat(Metrics.named("psnr", INPUTS).of(compare(sr))).isEqualTo(score.psnr());
    assertThat(Metrics.named("ssim", INPUTS).of(compare(sr))).isEqualTo(score.ssim());
  }

  @Test
  void theTruthAgreesWithItsInputAndAFlatShiftCostsWhatItIs() {
    Metric metric = Metrics.named("lr-psnr", INPUTS);
    assertThat(metric.of(compare(hr))).isEqualTo(Double.POSITIVE_INFINITY);
    RgbImage gray = flat(100);
    Comparison shifted =
        new Comparison(
            protocol, gray.crop(0, 0, 16, 12), gray, FloatImage.of(flat(110)), SourceColour.COLOUR);
    assertThat(metric.of(shifted)).isEqualTo(20 * Math.log10(255 / 10.0), within(1e-12));
  }

  @Test
  void distanceOfFeaturesIsTheirMeanSquaredDifference() {
    RgbImage gray = flat(100);
    RgbImage lr = gray.crop(0, 0, 16, 12);
    Metric metric = Metrics.named("vgg", INPUTS);
    for (int step : new int[] {0, 6, 10}) {
      Comparison off =
          new Comparison(protocol, lr, gray, FloatImage.of(flat(100 + step)), SourceColour.COLOUR);
      assertThat(metric.of(off)).isEqualTo(step * step / 4.0);
    }
  }

  @Test
  void distanceOfFeaturesNeedsAnExtractor() {
    assertThatThrownBy(() -> Metrics.named("vgg", MetricInputs.NONE))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("evaluate.vgg19-weights");
  }

  @Test
  void unknownMetricsAreRefusedWithTheKnown() {
    assertThatThrownBy(() -> Metrics.named("lpips", INPUTS))
        .isInstanceOf(UserException.class)
        .hasMessage("evaluate.metrics: unknown metric 'lpips'; known are lr-psnr, psnr, ssim, vgg");
  }

  @Test
  void valuesArePrintedInTheMetricsPrecision() {
    assertThat(Metrics.text("lr-psnr", 41.239)).isEqualTo("41.24");
    assertThat(Metrics.text("ssim", 0.98765)).isEqualTo("0.9877");
    assertThat(Metrics.text("psnr", Double.POSITIVE_INFINITY)).isEqualTo("∞");
  }

  private Comparison compare(RgbImage sr) {
    return new Comparison(protocol, lr, hr, FloatImage.of(sr), SourceColour.COLOUR);
  }

  private static RgbImage flat(int value) {
    byte[] pixels = new byte[64 * 48 * RgbImage.CHANNELS];
    Arrays.fill(pixels, (byte) value);
    return new RgbImage(64, 48, pixels);
  }
}
