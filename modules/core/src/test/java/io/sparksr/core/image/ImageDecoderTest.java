package io.sparksr.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sparksr.core.image.ImageException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final int WIDTH = 37;
  private static final int HEIGHT = 23;

  private final ImageDecoder decoder = new ImageDecoder(100_000);
  private final RgbImage image =
      new DeadLeaves(new DeadLeavesSettings(WIDTH, HEIGHT, 60, 2, 20, 0.4, 1)).image(1, 0);

  @Test
  void losslessFormatsGiveThePixelsBack() throws Exception {
    Map<String, byte[]> files = MadeUpFiles.rgb(image);

    assertThat(files).containsKeys("png", "interlaced.png", "bmp", "tiff", "webp");
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      assertThat(decoder.decode(file.getValue())).as(file.getKey()).isEqualTo(image);
      ImageHeader header = decoder.header(file.getValue());
      String format = file.getKey().substring(file.getKey().lastIndexOf('.') + 1);
      assertThat(header).isEqualTo(new ImageHeader(WIDTH, HEIGHT, format, "RGB"));
    }
  }

  @Test
  void alphaIsDroppedNotBlended() throws Exception {
    byte[] png = MadeUpFiles.pngWithAlpha(image);

    assertThat(decoder.header(png).mode()).isEqualTo("RGBA");
    assertThat(decoder.decode(png)).isEqualTo(image);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "tiff"})
  void grayKeepsItsValues(String format) throws Exception {
    RgbImage gray = decoder.decode(MadeUpFiles.gray(image, format));

    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        assertThat(gray.value(x, y, 0)).isEqualTo(image.value(x, y, 1));
        assertThat(gray.value(x, y, 2)).isEqualTo(image.value(x, y, 1));
      }
    }
  }

  @Test
  void sixteenBitGrayIsCutOffAt255() throws Exception {
    byte[] png = MadeUpFiles.gray16(0, 200, 255, 256, 65535);

    assertThat(decoder.header(png)).isEqualTo(new ImageHeader(5, 1, "png", "I;16"));
    assertThat(decoder.decode(png).pixels())
        .isEqualTo(bytes(0, 0, 0, 200, 200, 200, 255, 255, 255, 255, 255, 255, 255, 255, 255));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif"})
  void palettesAreResolved(String format) throws Exception {
    byte[] file = MadeUpFiles.palette(format, new int[] {0x102030, 0xFF8000, 0x00FF7F}, 2, 0, 1);

    assertThat(decoder.header(file)).isEqualTo(new ImageHeader(3, 1, format, "P"));
    assertThat(decoder.decode(file).pixels())
        .isEqualTo(bytes(0x00, 0xFF, 0x7F, 0x10, 0x20, 0x30, 0xFF, 0x80, 0x00));
  }

  @Test
  void cmykIsTakenAsInvertedAndConvertedWithoutAProfile() throws Exception {
    // One colour fills the image, so quantisation leaves it alone.
    byte[] jpeg = MadeUpFiles.cmykJpeg(16, 16, 255, 128, 0, 200);

    assertThat(decoder.header(jpeg).mode()).isEqualTo("CMYK");
    RgbImage decoded = decoder.decode(jpeg);
    // Stored 255 is no ink: light 200, red 200, green 200 * 128 / 255, blue 0.
    assertThat(decoded.value(8, 8, 0)).isEqualTo(200);
    assertThat(decoded.value(8, 8, 1)).isBetween(99, 101);
    assertThat(decoded.value(8, 8, 2)).isEqualTo(0);
  }

  @Test
  void headersNeedTheFirstBytesOnly() throws Exception {
    for (Map.Entry<String, byte[]> file : MadeUpFiles.all(image).entrySet()) {
      if (!file.getKey().endsWith("tiff")) {
        byte[] part = Arrays.copyOf(file.getValue(), Math.min(900, file.getValue().length));
        assertThat(decoder.header(part))
            .as(file.getKey())
            .isEqualTo(decoder.header(file.getValue()));
      }
    }
  }

  @Test
  void whatIsNoImageSaysSo() {
    assertThat(reason(() -> decoder.decode(new byte[0]))).isEqualTo(Reason.EMPTY);
    byte[] text = "not an image at all".getBytes(StandardCharsets.UTF_8);
    assertThat(reason(() -> decoder.decode(text))).isEqualTo(Reason.NOT_AN_IMAGE);
    assertThat(reason(() -> decoder.header(text))).isEqualTo(Reason.NOT_AN_IMAGE);
  }

  @Test
  void tooManyPixelsAreRefusedByHeaderAndDecode() {
    ImageDecoder strict = new ImageDecoder(WIDTH * HEIGHT - 1);
    byte[] png = ImageEncoder.png(image);

    ImageException refusal = catchThrowableOfType(ImageException.class, () -> strict.decode(png));

    assertThat(refusal.reason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal).hasMessage("has 37x23 pixels, where at most 850 are allowed");
    assertThat(reason(() -> strict.header(png))).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  void aFileThatEndsEarlyIsTruncated() {
    for (Map.Entry<String, byte[]> file : MadeUpFiles.all(image).entrySet()) {
      int most = file.getValue().length * 3 / 4;
      byte[] part = Arrays.copyOf(file.getValue(), most);
      assertThat(reason(() -> decoder.decode(part))).as(file.getKey()).isEqualTo(Reason.TRUNCATED);
    }
  }

  @Test
  void aWrongChecksumInThePngHeaderIsCorrupt() {
    byte[] png = ImageEncoder.png(image);
    png[19]++;

    assertThat(reason(() -> decoder.header(png))).isEqualTo(Reason.CORRUPT);
  }

  @Test
  void damagedPngDataIsCorruptButAWrongChunkChecksumAloneIsNot() throws Exception {
    byte[] png = ImageEncoder.png(image);
    // The file ends in the data's checksum, its chunk's checksum, and an empty chunk of 12 bytes.
    byte[] wrongData = png.clone();
    wrongData[png.length - 17]++;
    byte[] wrongChunk = png.clone();
    wrongChunk[png.length - 13]++;

    assertThat(reason(() -> decoder.decode(wrongData))).isEqualTo(Reason.CORRUPT);
    assertThat(decoder.decode(wrongChunk)).isEqualTo(image);
  }

  @Test
  void aLosslessJpegIsUnsupported() {
    byte[] jpeg = ImageEncoder.jpeg(image, 90);
    for (int i = 0; i + 1 < jpeg.length; i++) {
      if (jpeg[i] == (byte) 0xFF && jpeg[i + 1] == (byte) 0xC0) {
        jpeg[i + 1] = (byte) 0xC3;
        break;
      }
    }

    assertThat(reason(() -> decoder.header(jpeg))).isEqualTo(Reason.UNSUPPORTED);
  }

  /** Stray bytes, metadata and a second image change nothing. */
  @Test
  void aJpegIsItsFirstImageWhateverStandsAround() throws Exception {
    byte[] jpeg = ImageEncoder.jpeg(image, 90);
    byte[] comment = {(byte) 0xFF, (byte) 0xFE, 0, 4, 'h', 'i'};
    byte[] longer = new byte[2 * jpeg.length + comment.length + 3];
    System.arraycopy(jpeg, 0, longer, 0, 2);
    System.arraycopy(comment, 0, longer, 2, comment.length);
    System.arraycopy(jpeg, 2, longer, comment.length + 5, jpeg.length - 2);
    System.arraycopy(jpeg, 0, longer, comment.length + 3 + jpeg.length, jpeg.length);

    assertThat(decoder.decode(longer)).isEqualTo(decoder.decode(jpeg));
  }

  /** Every other outcome, an OutOfMemoryError for instance, fails the test. */
  @Test
  void damagedFilesGiveAnImageOrAnImageException() {
    SplittableRandom random = new SplittableRandom(11);
    int refused = 0;
    int decoded = 0;
    for (Map.Entry<String, byte[]> file : MadeUpFiles.all(image).entrySet()) {
      for (int round = 0; round < 60; round++) {
        byte[] damaged = MadeUpFiles.damaged(file.getValue(), random);
        try {
          RgbImage result = decoder.decode(damaged);
          assertThat((long) result.width() * result.height()).isLessThanOrEqualTo(100_000);
          decoded++;
        } catch (ImageException e) {
          assertThat(e.reason()).as(file.getKey()).isNotNull();
          assertThat(e).as(file.getKey()).hasMessageMatching("(?s).+");
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(100);
    assertThat(decoded).isGreaterThan(100);
  }

  private static Reason reason(ThrowingCallable call) {
    ImageException refusal = catchThrowableOfType(ImageException.class, call);
    assertThat(refusal).isNotNull();
    return refusal.reason();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
