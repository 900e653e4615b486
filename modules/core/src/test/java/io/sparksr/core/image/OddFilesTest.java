package io.sparksr.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.image.ImageException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Files that are legal but rare, or damaged in one place: what Pillow does with them. */
class OddFilesTest {
  private final ImageDecoder decoder = new ImageDecoder(100_000);
  private final RgbImage image =
      new DeadLeaves(new DeadLeavesSettings(37, 23, 60, 2, 20, 0.4, 1)).image(1, 0);

  @Test
  void indicesBeyondThePaletteAreGray() throws Exception {
    byte[] palette = {10, 20, 30, 40, 50, 60};
    byte[] png = png(3, new int[] {0, 0, 0}, palette, 0, 1, 2, 200);

    byte[] expected = {10, 20, 30, 40, 50, 60, 2, 2, 2, (byte) 200, (byte) 200, (byte) 200};
    assertThat(decoder.decode(png).pixels()).isEqualTo(expected);
    assertThat(decoder.regions(png, List.of(new Region(0, 0, 4, 1))).get(0).pixels())
        .isEqualTo(expected);
  }

  @Test
  void aPaletteImageWithoutPaletteIsCorruptForAllReaders() {
    refused(png(3, new int[] {0, 0, 0}, new byte[0], 0, 1, 2, 3), Reason.CORRUPT, "");
  }

  @Test
  void methodsThatPngDoesNotHaveAreCorruptForAllReaders() {
    refused(png(0, new int[] {1, 0, 0}, new byte[0], 9), Reason.CORRUPT, "1, 0, 0");
    refused(png(0, new int[] {0, 1, 0}, new byte[0], 9), Reason.CORRUPT, "0, 1, 0");
    refused(png(0, new int[] {0, 0, 2}, new byte[0], 9), Reason.CORRUPT, "0, 0, 2");
  }

  /**
   * As libjpeg assumes of four components with an Adobe marker that names no transform it knows.
   */
  @Test
  void fourComponentsWithAnyAdobeTransformAreYcck() throws Exception {
    byte[] jpeg = MadeUpFiles.cmykJpeg(16, 16, 255, 128, 0, 200);
    int adobe = indexOf(jpeg, "Adobe".getBytes(StandardCharsets.US_ASCII));
    byte[] two = jpeg.clone();
    two[adobe + 11] = 2;
    byte[] one = jpeg.clone();
    one[adobe + 11] = 1;

    assertThat(decoder.decode(one)).isEqualTo(decoder.decode(two));
    assertThat(decoder.decode(one)).isNotEqualTo(decoder.decode(jpeg));
  }

  @Test
  void aTableWithImpossibleSymbolsIsCorruptForAllReaders() throws Exception {
    byte[] jpeg = ImageEncoder.jpeg(image, 90);
    assertThat(decoder.decode(jpeg).width()).isEqualTo(37);
    // The last symbol of the first table, which is one for means: 16 counts follow its number.
    int table = indexOf(jpeg, new byte[] {(byte) 0xFF, (byte) 0xC4}) + 5;
    int symbols = 0;
    for (int i = 0; i < 16; i++) {
      symbols += jpeg[table + i];
    }
    jpeg[table + 16 + symbols - 1] = (byte) 248;

    refused(jpeg, Reason.CORRUPT, "can't be decoded");
  }

  @Test
  void aBitmapMayLackWhatFillsUpItsLastRow() throws Exception {
    // Rows of 37 pixels have 111 bytes and one that means nothing.
    byte[] bmp = MadeUpFiles.rgb(image).get("bmp");

    byte[] unfilled = Arrays.copyOf(bmp, bmp.length - 1);
    assertThat(decoder.decode(unfilled)).isEqualTo(image);
    refused(Arrays.copyOf(bmp, bmp.length - 2), Reason.TRUNCATED, "");
  }

  @Test
  void aGifIsTruncatedWhereItsLastBlockIsNotWhole() {
    byte[] gif = MadeUpFiles.all(image).get("gif");

    // The last byte of the last block, its end, and that of the file.
    refused(Arrays.copyOf(gif, gif.length - 3), Reason.TRUNCATED, "");
  }

  @Test
  void aTiffOfAnUnknownCompressionIsUnsupported() {
    byte[] tiff = MadeUpFiles.rgb(image).get("tiff");
    boolean isBig = tiff[0] == 'M';
    byte[] entry = isBig ? new byte[] {1, 3, 0, 3} : new byte[] {3, 1, 3, 0};
    int value = indexOf(tiff, entry) + 8;
    // 50000, Zstandard.
    tiff[value + (isBig ? 0 : 1)] = (byte) 0xC3;
    tiff[value + (isBig ? 1 : 0)] = 0x50;

    refused(tiff, Reason.UNSUPPORTED, "is a TIFF of compression 50000");
  }

  /** However the file is read. */
  private void refused(byte[] file, Reason reason, String message) {
    for (var read :
        List.<ThrowingCallable>of(() -> decoder.decode(file), () -> decoder.check(file))) {
      assertThatThrownBy(read)
          .isInstanceOfSatisfying(
              ImageException.class, e -> assertThat(e.reason()).isEqualTo(reason))
          .hasMessageContaining(message);
    }
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new IllegalArgumentException("not found");
  }

  /** One row of 8-bit samples. */
  private static byte[] png(int colourType, int[] methods, byte[] palette, int... samples) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(PngChunks.SIGNATURE.getBytes(StandardCharsets.ISO_8859_1));
    ByteBuffer header = ByteBuffer.allocate(13).putInt(samples.length).putInt(1);
    header.put((byte) 8).put((byte) colourType);
    for (int method : methods) {
      header.put((byte) method);
    }
    chunk(out, "IHDR", header.array());
    if (palette.length > 0) {
      chunk(out, "PLTE", palette);
    }
    byte[] row = new byte[samples.length + 1];
    for (int i = 0; i < samples.length; i++) {
      row[i + 1] = (byte) samples[i];
    }
    Deflater deflater = new Deflater();
    deflater.setInput(row);
    deflater.finish();
    byte[] data = new byte[200];
    int length = deflater.deflate(data);
    deflater.end();
    chunk(out, "IDAT", Arrays.copyOf(data, length));
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] payload) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(payload);
    out.writeBytes(ByteBuffer.allocate(4).putInt(payload.length).array());
    out.writeBytes(name);
    out.writeBytes(payload);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
  }
}
