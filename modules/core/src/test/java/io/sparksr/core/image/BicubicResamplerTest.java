package io.sparksr.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.testkit.NumpyArray;
import io.sparksr.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BicubicResamplerTest {
  private static final String GOLDEN = "golden/pillow_bicubic/";

  private final ImageDecoder decoder = new ImageDecoder(10_000_000);

  @Test
  void aConstantImageStaysConstant() {
    byte[] pixels = new byte[37 * 23 * 3];
    Arrays.fill(pixels, (byte) 201);

    RgbImage smaller = BicubicResampler.resize(new RgbImage(37, 23, pixels), 9, 5);
    RgbImage larger = BicubicResampler.resize(new RgbImage(37, 23, pixels), 111, 70);

    assertThat(smaller.pixels()).hasSize(9 * 5 * 3).containsOnly((byte) 201);
    assertThat(larger.pixels()).hasSize(111 * 70 * 3).containsOnly((byte) 201);
  }

  @Test
  void theSameSizeGivesAnEqualCopy() {
    RgbImage image = new RgbImage(2, 1, new byte[] {1, 2, 3, 4, 5, 6});

    RgbImage same = BicubicResampler.resize(image, 2, 1);

    assertThat(same).isEqualTo(image);
    assertThat(same.pixels()).isNotSameAs(image.pixels());
  }

  /**
   * Doubling puts samples a quarter pixel off: Keys' kernel gives the distances 1/4, 3/4, 5/4 and
   * 7/4 the weights 111, 29, -9 and -3, over 128. So with steps of 128 the edge reads -9 and -3
   * (cut off), 29 - 3, 111 - 9, 128 + 9, 128 + 3.
   */
  @Test
  void doublingAStepEdgeOvershootsByKeysKernel() {
    RgbImage step = gray(0, 0, 0, 128, 128, 128);

    RgbImage doubled = BicubicResampler.resize(step, 12, 1);

    int[] values = new int[12];
    for (int x = 0; x < 12; x++) {
      values[x] = doubled.value(x, 0, 1);
    }
    assertThat(values).containsExactly(0, 0, 0, 0, 0, 26, 102, 137, 131, 128, 128, 128);
  }

  @Test
  void channelsDoNotMix() {
    byte[] pixels = new byte[8 * 8 * 3];
    for (int i = 0; i < pixels.length; i += 3) {
      pixels[i] = (byte) 250;
      pixels[i + 2] = 7;
    }

    RgbImage smaller = BicubicResampler.resize(new RgbImage(8, 8, pixels), 2, 2);

    assertThat(smaller.pixels())
        .containsExactly((byte) 250, 0, 7, (byte) 250, 0, 7, (byte) 250, 0, 7, (byte) 250, 0, 7);
  }

  @Test
  void anotherSizeThanAgreedIsRefused() {
    BicubicResampler resampler = BicubicResampler.of(96, 96, 24, 24);

    assertThatThrownBy(() -> resampler.apply(new RgbImage(1, 1, new byte[3])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("RgbImage[1x1] given to a resampler for 96x96");
  }

  @Test
  void cropsReduceToPillowsBytes() {
    NumpyArray hr = NumpyArray.read(SharedData.path(GOLDEN + "crops_hr.npy"));
    NumpyArray lr = NumpyArray.read(SharedData.path(GOLDEN + "crops_lr.npy"));
    BicubicResampler resampler = BicubicResampler.of(96, 96, 24, 24);

    assertThat(hr.shape()).containsExactly(40, 96, 96, 3);
    for (int i = 0; i < 40; i++) {
      assertThat(resampler.apply(new RgbImage(96, 96, hr.bytesAt(i))).pixels())
          .as("crop %d", i)
          .isEqualTo(lr.bytesAt(i));
    }
  }

  @Test
  void benchmarkImagesReduceAndEnlargeToPillowsBytes() throws Exception {
    List<String[]> rows = SharedData.csv(GOLDEN + "index.csv");

    assertThat(rows).hasSize(15);
    for (String[] row : rows.subList(1, rows.size())) {
      RgbImage hr = decode("data/" + row[0]).centreCropToMultipleOf(4);
      RgbImage lr = BicubicResampler.resize(hr, hr.width() / 4, hr.height() / 4);
      assertThat(lr.equals(decode(GOLDEN + row[10]))).as(row[10]).isTrue();
      RgbImage up = BicubicResampler.resize(lr, hr.width(), hr.height());
      assertThat(up.equals(decode(GOLDEN + row[11]))).as(row[11]).isTrue();
    }
  }

  private RgbImage decode(String path) throws IOException, ImageException {
    return decoder.decode(Files.readAllBytes(SharedData.path(path)));
  }

  private static RgbImage gray(int... values) {
    byte[] pixels = new byte[values.length * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) values[i / 3];
    }
    return new RgbImage(values.length, 1, pixels);
  }
}
