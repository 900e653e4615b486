package io.sparksr.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparksr.core.image.ImageMetadata.Density;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class OutputFormatTest {
  private static final int WIDTH = 61;
  private static final int HEIGHT = 33;

  @Test
  void pngOfEveryLayoutIsReadBackByTheJdkAndByUs() throws Exception {
    for (int colours : new int[] {1, 3}) {
      for (boolean alpha : new boolean[] {false, true}) {
        for (int bits : new int[] {8, 16}) {
          ImageLayout layout = new ImageLayout(WIDTH, HEIGHT, colours, alpha, bits);
          byte[] rows = noise(layout);
          byte[] file = encode(OutputFormat.PNG, layout, ImageMetadata.NONE, rows);
          Raster raster = ImageIO.read(new ByteArrayInputStream(file)).getRaster();
          assertThat(raster.getNumBands()).isEqualTo(layout.channels());
          short[] ours = ImageOpenerTest.samples(file);
          int step = alpha ? 4 : 3;
          for (int i = 0; i < WIDTH * HEIGHT; i++) {
            int[] pixel = raster.getPixel(i % WIDTH, i / WIDTH, (int[]) null);
            for (int c = 0; c < layout.channels(); c++) {
              int expected = sample(rows, layout, i * layout.channels() + c);
              assertThat(pixel[c]).isEqualTo(expected);
              boolean isAlpha = alpha && c == layout.channels() - 1;
              assertThat(ours[i * step + (isAlpha ? 3 : c)] & 0xFFFF).isEqualTo(expected);
            }
          }
        }
      }
    }
  }

  @Test
  void metadataAreCarriedThroughEveryFormat() throws Exception {
    byte[] icc = profile("RGB ");
    ImageMetadata metadata =
        new ImageMetadata(6, Optional.of(icc), Optional.of(new Density(300, 150)), 1);
    for (OutputFormat format : OutputFormat.values()) {
      ImageLayout layout = format.fitted(new ImageLayout(WIDTH, HEIGHT, 3, false, 8));
      byte[] file = encode(format, layout, metadata, noise(layout));
      try (ImageRows rows = ImageOpenerTest.open(file)) {
        ImageMetadata read = rows.metadata();
        assertThat(read.orientation()).as(format.name()).isEqualTo(6);
        assertThat(read.iccProfile().orElseThrow()).as(format.name()).isEqualTo(icc);
        if (format != OutputFormat.WEBP) {
          assertThat(read.density().orElseThrow().x()).isCloseTo(300, within(0.02));
          assertThat(read.density().orElseThrow().y()).isCloseTo(150, within(0.02));
        }
      }
      assertThat(new ImageDecoder(1 << 20).decode(file).width()).isEqualTo(WIDTH);
    }
  }

  @Test
  void aProfileForOtherColoursIsLeftOut() throws Exception {
    ImageMetadata metadata =
        new ImageMetadata(1, Optional.of(profile("CMYK")), Optional.empty(), 1);
    ImageLayout layout = new ImageLayout(WIDTH, HEIGHT, 3, false, 8);
    try (ImageRows rows =
        ImageOpenerTest.open(encode(OutputFormat.PNG, layout, metadata, noise(layout)))) {
      assertThat(rows.metadata()).isEqualTo(ImageMetadata.NONE);
    }
  }

  @Test
  void lossyFormatsKeepGrayAndAlphaWhereTheyCan() throws Exception {
    ImageLayout grayAlpha = new ImageLayout(WIDTH, HEIGHT, 1, true, 16);
    assertThat(OutputFormat.JPEG.fitted(grayAlpha))
        .isEqualTo(new ImageLayout(WIDTH, HEIGHT, 1, false, 8));
    assertThat(OutputFormat.WEBP.fitted(grayAlpha))
        .isEqualTo(new ImageLayout(WIDTH, HEIGHT, 3, true, 8));
    ImageLayout gray = OutputFormat.JPEG.fitted(grayAlpha);
    byte[] jpeg = encode(OutputFormat.JPEG, gray, ImageMetadata.NONE, new byte[WIDTH * HEIGHT]);
    assertThat(new ImageDecoder(1 << 20).header(jpeg).mode()).isEqualTo("L");
  }

  @Test
  void whatAFormatCannotHoldIsRefusedWithARemedy() {
    ImageLayout wide = new ImageLayout(16_384, 1, 3, false, 8);
    assertThatThrownBy(() -> OutputFormat.WEBP.requireRoomFor(wide))
        .isInstanceOf(ImageException.class)
        .hasMessage("enlarged has 16384x1 pixels, too many for webp; png holds them");
  }

  @Test
  void namesAskForFormats() {
    assertThat(OutputFormat.ofName("a.b.PNG")).contains(OutputFormat.PNG);
    assertThat(OutputFormat.ofName("a.jpeg")).contains(OutputFormat.JPEG);
    assertThat(OutputFormat.ofName("folder/webp")).isEmpty();
  }

  @Test
  void alphaEnlargedByBandsIsPillowsWhole() {
    RgbImage noise = ImageOpenerTest.noise(23, 31);
    byte[] expected = BicubicResampler.resize(grayOf(noise), 92, 124).pixels();
    ImageLayout layout = new ImageLayout(23, 31, 3, true, 8);
    AlphaEnlarger enlarger = new AlphaEnlarger(layout, 4);
    for (int top = 0; top < 31; top += 7) {
      int rows = Math.min(7, 31 - top);
      int first = Math.max(0, top - 2);
      int end = Math.min(31, top + rows + 2);
      short[] samples = new short[(end - first) * 23 * 4];
      for (int i = 0; i < samples.length / 4; i++) {
        samples[4 * i + 3] = (short) (noise.pixels()[3 * (first * 23 + i)] & 0xFF);
      }
      short[] enlarged =
          enlarger.enlarge(new SampleBand(layout, first, end - first, samples), top, rows);
      for (int i = 0; i < enlarged.length; i++) {
        assertThat(enlarged[i]).isEqualTo((short) (expected[3 * (top * 4 * 92 + i)] & 0xFF));
      }
    }
  }

  @Test
  void grayRowsAreTheLumaOfTheColours() throws Exception {
    ImageLayout source = new ImageLayout(2, 1, 1, false, 8);
    ImageLayout target = source.enlarged(1);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (RowEncoder encoder = OutputFormat.PNG.encoder(file, target, ImageMetadata.NONE, 90)) {
      byte[] rgb = {10, 20, 30, (byte) 200, (byte) 100, 0};
      new EnlargedRows(encoder, source, target)
          .write(rgb, new SampleBand(source, 0, 1, new short[6]), 0, 1);
      encoder.finish();
    }
    // (10 * 19595 + 20 * 38470 + 30 * 7471 + 32768) >> 16, and likewise.
    assertThat(ImageOpenerTest.samples(file.toByteArray()))
        .containsExactly((short) 18, (short) 18, (short) 18, (short) 118, (short) 118, (short) 118);
  }

  private static RgbImage grayOf(RgbImage image) {
    byte[] pixels = image.pixels().clone();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = pixels[i - i % 3];
    }
    return new RgbImage(image.width(), image.height(), pixels);
  }

  private static byte[] profile(String space) {
    byte[] icc = new byte[140_000];
    new SplittableRandom(5).nextBytes(icc);
    for (int i = 0; i < 4; i++) {
      icc[16 + i] = (byte) space.charAt(i);
    }
    return icc;
  }

  private static byte[] noise(ImageLayout layout) {
    byte[] rows = new byte[layout.rowBytes() * layout.height()];
    new SplittableRandom(2).nextBytes(rows);
    return rows;
  }

  private static int sample(byte[] rows, ImageLayout layout, int index) {
    return layout.bits() == 8
        ? rows[index] & 0xFF
        : (rows[2 * index] & 0xFF) << 8 | (rows[2 * index + 1] & 0xFF);
  }

  private static byte[] encode(
      OutputFormat format, ImageLayout layout, ImageMetadata metadata, byte[] rows)
      throws IOException, ImageException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (RowEncoder encoder = format.encoder(file, layout, metadata, 90)) {
      for (int y = 0; y < layout.height(); y += 10) {
        int count = Math.min(10, layout.height() - y);
        byte[] band = new byte[count * layout.rowBytes()];
        System.arraycopy(rows, y * layout.rowBytes(), band, 0, band.length);
        encoder.write(band, count);
      }
      encoder.finish();
    }
    return file.toByteArray();
  }
}
