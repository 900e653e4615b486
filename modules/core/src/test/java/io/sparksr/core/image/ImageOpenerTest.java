package io.sparksr.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.testkit.SharedData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageOpenerTest {
  private static final long MOST = 178_956_970;
  private static final RgbImage IMAGE = noise(37, 23);

  @Test
  void rowsOfEveryFormatAreTheDecodersPixels() throws Exception {
    for (Map.Entry<String, byte[]> file : MadeUpFiles.all(IMAGE).entrySet()) {
      assertThat(eightBits(file.getValue()))
          .as(file.getKey())
          .isEqualTo(new ImageDecoder(MOST).decode(file.getValue()));
    }
  }

  @Test
  void awkwardFilesHaveTheDecodersPixelsOrItsReason() throws Exception {
    int read = 0;
    try (Stream<Path> files = Files.list(SharedData.path("data/awkward"))) {
      for (Path file : files.sorted().toList()) {
        byte[] bytes = Files.readAllBytes(file);
        try {
          RgbImage expected = new ImageDecoder(MOST).decode(bytes);
          assertThat(eightBits(bytes)).as(file.toString()).isEqualTo(expected);
          read++;
        } catch (ImageException expected) {
          assertThatThrownBy(() -> eightBits(bytes))
              .as(file.toString())
              .isInstanceOfSatisfying(
                  ImageException.class, e -> assertThat(e.reason()).isEqualTo(expected.reason()));
        }
      }
    }
    assertThat(read).isEqualTo(23);
  }

  @ParameterizedTest
  @CsvSource({
    "hopper_gray.jpg, 1, false, 8",
    "rgb.jpg, 3, false, 8",
    "pil_sample_cmyk.jpg, 3, false, 8",
    "1_trns.png, 1, true, 8",
    "l_trns.png, 1, true, 8",
    "p_trns_single.png, 3, true, 8",
    "rgb_trns.png, 3, true, 8",
    "uncompressed_la.png, 1, true, 8",
    "pil123rgba.png, 3, true, 8",
    "apng_mode_16bit.png, 3, true, 16",
    "hopper.bmp, 3, false, 8",
    "hopper.tif, 3, false, 8",
    "hopper.webp, 3, false, 8"
  })
  void layoutsSayWhatFilesHold(String file, int colours, boolean alpha, int bits) throws Exception {
    try (ImageRows rows = open(Files.readAllBytes(SharedData.path("data/awkward/" + file)))) {
      ImageLayout layout = rows.layout();
      assertThat(layout.colours()).isEqualTo(colours);
      assertThat(layout.alpha()).isEqualTo(alpha);
      assertThat(layout.bits()).isEqualTo(bits);
    }
  }

  @Test
  void metadataSayOrientationDensityAndFurtherPictures() throws Exception {
    assertThat(metadata("hopper_orientation_6.jpg").orientation()).isEqualTo(6);
    assertThat(metadata("hopper_orientation_3.jpg").orientation()).isEqualTo(3);
    assertThat(metadata("exif_imagemagick_orientation.png").orientation()).isEqualTo(3);
    assertThat(metadata("rgb.jpg").orientation()).isEqualTo(1);
    assertThat(metadata("frozenpond.mpo").hasMorePictures()).isTrue();
    assertThat(metadata("apng_mode_16bit.png").hasMorePictures()).isTrue();
    assertThat(metadata("hopper.gif").hasMorePictures()).isFalse();
    // The densities that Pillow gives.
    assertThat(metadata("rgb.jpg").density()).contains(new ImageMetadata.Density(300, 300));
    assertThat(metadata("hopper.tif").density()).contains(new ImageMetadata.Density(96, 96));
    assertThat(metadata("hopper.bmp").density().orElseThrow().x()).isCloseTo(95.9865, within(1e-4));
    assertThat(metadata("rgb.jpg").iccProfile().orElseThrow()).hasSize(3144);
  }

  @Test
  void transparentColoursBecomeAlpha() throws Exception {
    short[] samples = samples(Files.readAllBytes(SharedData.path("data/awkward/rgb_trns.png")));
    int transparent = 0;
    for (int i = 0; i < samples.length; i += 4) {
      assertThat(samples[i + 3]).isIn((short) 0, (short) 255);
      transparent += samples[i + 3] == 0 ? 1 : 0;
    }
    assertThat(transparent).isBetween(1, samples.length / 4 - 1);
  }

  @Test
  void alphaIsReadFromPngAndWebp() throws Exception {
    short[] png = samples(MadeUpFiles.pngWithAlpha(IMAGE));
    byte[] bgra = new byte[png.length];
    for (int i = 0; i < png.length; i++) {
      bgra[i] = (byte) png[i % 4 == 3 ? i : i - i % 4 + 2 - i % 4];
    }
    short[] webp = samples(OpenCv.encode(IMAGE.width(), IMAGE.height(), bgra, ".webp", 64, 101));
    for (int i = 3; i < png.length; i += 4) {
      assertThat(png[i]).isEqualTo((short) (i / 4 % IMAGE.width() * 255 / IMAGE.width()));
      assertThat(webp[i]).isEqualTo(png[i]);
    }
  }

  @Test
  void anAnimatedWebpIsItsFirstFrame() throws Exception {
    byte[] first = OpenCv.encode(IMAGE, ".webp", 64, 101);
    byte[] second = OpenCv.encode(noise(20, 20), ".webp", 64, 101);
    byte[] file = animation(first, second);
    assertThat(eightBits(file)).isEqualTo(IMAGE);
    assertThat(new ImageDecoder(MOST).decode(file)).isEqualTo(IMAGE);
    try (ImageRows rows = open(file)) {
      assertThat(rows.metadata().hasMorePictures()).isTrue();
    }
    assertThatThrownBy(() -> open(animation(second, first)))
        .isInstanceOf(ImageException.class)
        .hasMessage("is an animated WebP whose first frame does not cover it");
  }

  /** Frames at the upper left of a canvas of the test image's size. */
  private static byte[] animation(byte[]... stills) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes("WEBPVP8X".getBytes(StandardCharsets.US_ASCII));
    body.writeBytes(new byte[] {10, 0, 0, 0, 2, 0, 0, 0});
    body.writeBytes(new byte[] {(byte) (IMAGE.width() - 1), 0, 0});
    body.writeBytes(new byte[] {(byte) (IMAGE.height() - 1), 0, 0});
    body.writeBytes("ANIM\6\0\0\0\0\0\0\0\0\0".getBytes(StandardCharsets.US_ASCII));
    for (byte[] still : stills) {
      ImageHeader header = assertDoesNotThrow(() -> new WebpDecoder().header(still));
      int length = 16 + still.length - 12;
      body.writeBytes("ANMF".getBytes(StandardCharsets.US_ASCII));
      body.writeBytes(new byte[] {(byte) length, (byte) (length >> 8), 0, 0, 0, 0, 0, 0, 0, 0});
      body.writeBytes(new byte[] {(byte) (header.width() - 1), 0, 0});
      body.writeBytes(new byte[] {(byte) (header.height() - 1), 0, 0, 100, 0, 0, 0});
      body.write(still, 12, still.length - 12);
    }
    byte[] size = {(byte) body.size(), (byte) (body.size() >> 8), 0, 0};
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("RIFF".getBytes(StandardCharsets.US_ASCII));
    file.writeBytes(size);
    file.writeBytes(body.toByteArray());
    return file.toByteArray();
  }

  @Test
  void everyCutOfAPngIsTruncated() throws Exception {
    byte[] file = MadeUpFiles.rgb(IMAGE).get("png");
    for (int length = 33; length < file.length - 12; length += 5) {
      byte[] part = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> eightBits(part))
          .isInstanceOfSatisfying(
              ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TRUNCATED));
    }
  }

  @Test
  void whateverTheBytesAreTheOutcomeIsAnImageOrAReason() throws Exception {
    SplittableRandom random = new SplittableRandom(3);
    int refused = 0;
    for (Map.Entry<String, byte[]> file : MadeUpFiles.all(IMAGE).entrySet()) {
      for (int i = 0; i < 60; i++) {
        try {
          eightBits(MadeUpFiles.damaged(file.getValue(), random));
        } catch (ImageException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(200);
  }

  @Test
  void moreThanTheLimitIsRefusedBeforePixelsAreRead() {
    for (byte[] file : MadeUpFiles.rgb(IMAGE).values()) {
      assertThatThrownBy(() -> new ImageOpener(100).open(new ByteArrayInputStream(file)))
          .isInstanceOfSatisfying(
              ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE));
    }
  }

  static ImageRows open(byte[] file) throws IOException, ImageException {
    return new ImageOpener(MOST).open(new ByteArrayInputStream(file));
  }

  /** All samples, in bands of three rows. */
  static short[] samples(byte[] file) throws IOException, ImageException {
    try (ImageRows rows = open(file)) {
      ImageLayout layout = rows.layout();
      int rowSamples = layout.width() * SampleBand.step(layout);
      short[] samples = new short[rowSamples * layout.height()];
      for (int y = 0; y < layout.height(); y += 3) {
        rows.read(samples, y * rowSamples, Math.min(3, layout.height() - y));
      }
      return samples;
    }
  }

  private static ImageMetadata metadata(String file) throws IOException, ImageException {
    try (ImageRows rows = open(Files.readAllBytes(SharedData.path("data/awkward/" + file)))) {
      return rows.metadata();
    }
  }

  /** As Pillow's convert("RGB") has them: upper bytes of 16 bits, no alpha. */
  private static RgbImage eightBits(byte[] file) throws IOException, ImageException {
    ImageLayout layout;
    try (ImageRows rows = open(file)) {
      layout = rows.layout();
    }
    short[] samples = samples(file);
    int step = SampleBand.step(layout);
    byte[] rgb = new byte[3 * layout.width() * layout.height()];
    for (int i = 0; i < rgb.length; i++) {
      int value = samples[i / 3 * step + i % 3] & 0xFFFF;
      rgb[i] = (byte) (layout.bits() == 16 ? value >> 8 : value);
    }
    return new RgbImage(layout.width(), layout.height(), rgb);
  }

  static RgbImage noise(int width, int height) {
    byte[] pixels = new byte[3 * width * height];
    new SplittableRandom(1).nextBytes(pixels);
    return new RgbImage(width, height, pixels);
  }
}
