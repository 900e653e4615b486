package io.sparksr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparksr.core.UserException;
import io.sparksr.core.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EvaluationProtocolsTest {
  private static java.util.List<String> names() {
    return EvaluationProtocols.names();
  }

  @Test
  void knowsMatlabRgbAndTutorial() {
    assertThat(EvaluationProtocols.names()).containsExactly("matlab", "rgb", "tutorial");
  }

  @Test
  void unknownNamesFailAndListTheKnownOnes() {
    assertThatThrownBy(() -> EvaluationProtocols.named("daala", 4))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "evaluate.protocols: unknown protocol 'daala'; known are matlab, rgb, tutorial");
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyProtocolScoresItsSmallestImageAndRefusesSmallerOnes(String name) {
    EvaluationProtocol protocol = EvaluationProtocols.named(name, 4);
    assertThat(protocol.name()).isEqualTo(name);
    assertThat(protocol.description()).endsWith(".");
    int side = protocol.minimumSide();
    RgbImage hr = protocol.cropHr(TestImages.noise(1, side, side + 3));
    assertThat(hr.width()).isEqualTo(side);
    assertThat(hr.height()).isEqualTo(side);
    Score score = protocol.score(hr, FloatImage.of(hr));
    assertThat(score.psnr()).isInfinite();
    assertThat(score.ssim()).isEqualTo(1, within(1e-12));
    RgbImage small = TestImages.noise(2, side - 4, side);
    assertThatThrownBy(() -> protocol.score(small, FloatImage.of(small)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyProtocolReducesAndEnlargesByItsScale(String name) {
    for (int scale : new int[] {2, 3, 4}) {
      EvaluationProtocol protocol = EvaluationProtocols.named(name, scale);
      RgbImage hr = protocol.cropHr(TestImages.noise(3, 47, 38));
      RgbImage lr = protocol.reduce(hr);
      RgbImage sr = protocol.enlarge(lr);
      assertThat(lr.width() * scale).isEqualTo(hr.width());
      assertThat(lr.height() * scale).isEqualTo(hr.height());
      assertThat(sr.width()).isEqualTo(hr.width());
      assertThat(sr.height()).isEqualTo(hr.height());
    }
  }

  @Test
  void tutorialCropsAtTheCentreMatlabAtTheRightAndBottom() {
    RgbImage image = TestImages.noise(4, 43, 42);
    assertThat(EvaluationProtocols.named("tutorial", 4).cropHr(image))
        .isEqualTo(image.crop(1, 1, 40, 40));
    assertThat(EvaluationProtocols.named("matlab", 4).cropHr(image))
        .isEqualTo(image.crop(0, 0, 40, 40));
  }

  @Test
  void tutorialKeepsFractionsThatMatlabRounds() {
    RgbImage hr = gray(100);
    FloatImage sr = offset(hr, 0.3f);
    // Y of gray is 219/255 of the value: the offset becomes 0.3 * 219/255.
    assertThat(EvaluationProtocols.named("tutorial", 4).score(hr, sr).psnr())
        .isEqualTo(20 * Math.log10(255 / (0.3 * 219 / 255)), within(1e-4));
    assertThat(EvaluationProtocols.named("matlab", 4).score(hr, sr).psnr()).isInfinite();
  }

  @Test
  void matlabClipsWhatTutorialKeeps() {
    RgbImage hr = gray(255);
    FloatImage sr = offset(hr, 20);
    assertThat(EvaluationProtocols.named("tutorial", 4).score(hr, sr).psnr())
        .isEqualTo(20 * Math.log10(255 / (20.0 * 219 / 255)), within(1e-4));
    assertThat(EvaluationProtocols.named("matlab", 4).score(hr, sr).psnr()).isInfinite();
  }

  @Test
  void matlabScoresGrayFilesOnTheirGrayValues() {
    RgbImage hr = gray(100);
    FloatImage sr = FloatImage.of(gray(110));
    EvaluationProtocol matlab = EvaluationProtocols.named("matlab", 4);
    assertThat(matlab.score(hr, sr, SourceColour.GRAY).psnr())
        .isEqualTo(20 * Math.log10(255 / 10.0), within(1e-9));
    // Y of 100 is 101.88 -> 102, of 110 it is 110.47 -> 110.
    assertThat(matlab.score(hr, sr, SourceColour.COLOUR).psnr())
        .isEqualTo(20 * Math.log10(255 / 8.0), within(1e-9));
  }

  @Test
  void errorsInTheBorderDoNotCount() {
    RgbImage hr = TestImages.noise(5, 32, 32);
    float[] values = FloatImage.of(hr).values();
    for (int x = 0; x < 32 * 4 * 3; x++) {
      values[x] = 0;
    }
    FloatImage sr = new FloatImage(32, 32, values);
    for (String name : EvaluationProtocols.names()) {
      assertThat(EvaluationProtocols.named(name, 4).score(hr, sr).psnr()).isInfinite();
    }
  }

  private static RgbImage gray(int value) {
    byte[] pixels = new byte[32 * 32 * 3];
    java.util.Arrays.fill(pixels, (byte) value);
    return new RgbImage(32, 32, pixels);
  }

  private static FloatImage offset(RgbImage image, float offset) {
    float[] values = FloatImage.of(image).values();
    for (int i = 0; i < values.length; i++) {
      values[i] += offset;
    }
    return new FloatImage(image.width(), image.height(), values);
  }
}
