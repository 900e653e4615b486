package io.sparksr.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what Pillow makes of real and of awkward files. */
class ImageDecoderGoldenTest {

  /** Pillow's own limit, which the golden results were made under. */
  private final ImageDecoder decoder = new ImageDecoder(178_956_970);

  private static final Map<String, Reason> REFUSED =
      Map.of(
          "broken.png", Reason.CORRUPT,
          "decompression_bomb.gif", Reason.TOO_LARGE,
          "png_decompression_dos.png", Reason.CORRUPT,
          "truncated_end_chunk.png", Reason.TRUNCATED,
          "truncated_image.png", Reason.TRUNCATED,
          "truncated_jpeg.jpg", Reason.TRUNCATED,
          "zero_bytes.jpg", Reason.EMPTY);

  /**
   * Pillow 9.4, which made the golden results, stumbled over this file's EXIF block; later versions
   * read it, with this hash.
   */
  private static final Map<String, String> READ_BY_LATER_PILLOWS =
      Map.of(
          "truncated_exif_dpi.jpg",
          "cd1fb537c37464dc6bc2db970eb5416d81a8d9a72df3ecc98e44d3a083380fef");

  @ParameterizedTest
  @ValueSource(strings = {"coco_rgb_sha256.csv", "jpeg420_rgb_sha256.csv"})
  void jpegsDecodeToPillowsBytes(String table) throws Exception {
    List<String[]> rows = SharedData.csv("golden/jpeg_decode/" + table);

    assertThat(rows).hasSizeGreaterThan(12);
    for (String[] row : rows.subList(1, rows.size())) {
      byte[] file = read("data/" + row[0]);
      ImageHeader expected =
          new ImageHeader(Integer.parseInt(row[1]), Integer.parseInt(row[2]), "jpeg", row[3]);
      assertThat(decoder.header(file)).as(row[0]).isEqualTo(expected);
      assertThat(sha256(decoder.decode(file))).as(row[0]).isEqualTo(row[7]);
    }
  }

  @Test
  void awkwardFilesDecodeToPillowsBytesOrAreRefusedWithTheirReason() throws Exception {
    // Columns: file, bytes, open, format, mode, size, sampling, convert_rgb, rgb_sha256.
    List<String> lines = Files.readAllLines(SharedData.path("golden/awkward.csv"));

    int decoded = 0;
    for (String line : lines.subList(1, lines.size())) {
      String[] row = line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1);
      byte[] file = read("data/awkward/" + row[0]);
      if (row[7].equals("ok")) {
        ImageHeader header = decoder.header(file);
        assertThat(header.mode()).as(row[0]).isEqualTo(row[4]);
        assertThat(header.width() + "x" + header.height()).as(row[0]).isEqualTo(row[5]);
        assertThat(sha256(decoder.decode(file))).as(row[0]).isEqualTo(row[8]);
        decoded++;
      } else if (READ_BY_LATER_PILLOWS.containsKey(row[0])) {
        String expected = READ_BY_LATER_PILLOWS.get(row[0]);
        assertThat(sha256(decoder.decode(file))).as(row[0]).isEqualTo(expected);
      } else {
        ImageException refusal =
            catchThrowableOfType(ImageException.class, () -> decoder.decode(file));
        assertThat(refusal).as(row[0]).isNotNull();
        assertThat(refusal.reason()).as(row[0]).isEqualTo(REFUSED.get(row[0]));
      }
    }
    assertThat(decoded).isEqualTo(22);
  }

  @Test
  void aJpegCutAnywhereIsTruncated() throws Exception {
    byte[] file = read("data/awkward/hopper_gray.jpg");

    for (int length = 3; length < file.length; length += 7) {
      byte[] part = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> decoder.decode(part))
          .isInstanceOfSatisfying(
              ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TRUNCATED));
    }
  }

  private static byte[] read(String path) throws IOException {
    return Files.readAllBytes(SharedData.path(path));
  }

  private static String sha256(RgbImage image) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(image.pixels());
    return HexFormat.of().formatHex(digest);
  }
}
