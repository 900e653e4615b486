package io.sparksr.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparksr.core.image.RgbImage;
import io.sparksr.evaluation.Score;
import io.sparksr.evaluation.report.HtmlReport.Panel;
import io.sparksr.evaluation.report.HtmlReport.Strip;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ErrorMapsTest {
  @Test
  void lightnessGrowsEvenlyOverTheColours() {
    int[] colours = ErrorColours.all();
    assertThat(colours).hasSize(256);
    for (int i = 0; i < 256; i++) {
      assertThat(lightness(colours[i])).isCloseTo(5 + 92 * i / 255.0, within(0.6));
    }
  }

  @Test
  void errorsAreThoseOfLumaOnOneScaleForAllPanels() throws IOException {
    RgbImage hr = gray(100, 0, 0);
    // 255 levels of gray are 219 of luma: 32 are 27.5, and the scale ends at the next ten.
    RgbImage near = gray(100, 3, 32);
    RgbImage far = gray(100, 1, -32);
    ErrorMaps maps =
        ErrorMaps.of(
            new Strip(
                "s",
                "i",
                "p",
                new RgbImage(2, 2, new byte[12]),
                hr,
                List.of(panel("hr", hr), panel("near", near), panel("far", far)),
                List.of()));
    assertThat(maps.top()).isEqualTo(30);
    assertThat(maps.errors().get(1).values()[3]).isCloseTo(32 * 218.999 / 255, within(1e-3));
    assertThat(maps.errors().get(1).values()[2]).isZero();
    assertThat(maps.errors().get(2).values()[1]).isCloseTo(32 * 218.999 / 255, within(1e-3));
    int[] colours = ErrorColours.all();
    BufferedImage map = read(maps.uri(1));
    assertThat(map.getRGB(3, 0) & 0xFFFFFF).isEqualTo(colours[28 * 255 / 31]);
    assertThat(map.getRGB(2, 0) & 0xFFFFFF).isEqualTo(colours[0]);
    BufferedImage legend = read(ErrorMaps.scaleUri());
    assertThat(legend.getWidth()).isEqualTo(256);
    assertThat(legend.getRGB(200, 0) & 0xFFFFFF).isEqualTo(colours[200]);
  }

  @Test
  void equalPicturesHaveAScaleToo() {
    RgbImage hr = gray(80, 0, 0);
    Strip strip =
        new Strip(
            "s",
            "i",
            "p",
            new RgbImage(2, 2, new byte[12]),
            hr,
            List.of(panel("same", hr)),
            List.of());
    assertThat(ErrorMaps.of(strip).top()).isEqualTo(10);
  }

  /** 8x8 pixels of a level, each fourth column, from {@code column} on, another. */
  private static RgbImage gray(int level, int column, int more) {
    byte[] pixels = new byte[8 * 8 * 3];
    Arrays.fill(pixels, (byte) level);
    for (int i = column; more != 0 && i < 64; i += 4) {
      Arrays.fill(pixels, i * 3, i * 3 + 3, (byte) (level + more));
    }
    return new RgbImage(8, 8, pixels);
  }

  private static Panel panel(String name, RgbImage picture) {
    return new Panel(name, picture, new Score(20, 0.5));
  }

  private static BufferedImage read(String uri) throws IOException {
    byte[] png = Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1));
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  /** CIE L* of an sRGB colour. */
  private static double lightness(int rgb) {
    double y =
        0.2126729 * linear(rgb >> 16 & 0xFF)
            + 0.7151522 * linear(rgb >> 8 & 0xFF)
            + 0.0721750 * linear(rgb & 0xFF);
    return y > Math.pow(6.0 / 29, 3) ? 116 * Math.cbrt(y) - 16 : y * Math.pow(29.0 / 3, 3);
  }

  private static double linear(int channel) {
    double value = channel / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }
}
