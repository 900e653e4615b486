package io.sparksr.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.testkit.SharedData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrientationTest {
  /** 10 20 30 above 40 50 60 in red; green and blue are one and two more. */
  private static final RgbImage IMAGE = image(3, 10, 20, 30, 40, 50, 60);

  /** By Pillow 12.3.0: ImageOps.exif_transpose. */
  @ParameterizedTest
  @CsvSource({
    "1, 3, 10 20 30 40 50 60",
    "2, 3, 30 20 10 60 50 40",
    "3, 3, 60 50 40 30 20 10",
    "4, 3, 40 50 60 10 20 30",
    "5, 2, 10 40 20 50 30 60",
    "6, 2, 40 10 50 20 60 30",
    "7, 2, 60 30 50 20 40 10",
    "8, 2, 30 60 20 50 10 40"
  })
  void imagesAndRegionsAreTurnedAsPillowTurnsThem(int code, int width, String reds)
      throws Exception {
    int[] expected = Arrays.stream(reds.split(" ")).mapToInt(Integer::parseInt).toArray();
    RgbImage upright = image(width, expected);
    Orientation orientation = new Orientation(code);
    assertThat(orientation.upright(IMAGE)).isEqualTo(upright);
    for (int left = 0; left < upright.width(); left++) {
      for (int top = 0; top < upright.height(); top++) {
        Region region = new Region(left, top, upright.width() - left, upright.height() - top);
        RgbImage stored = IMAGE.crop(orientation.stored(region, 3, 2));
        assertThat(orientation.upright(stored)).isEqualTo(upright.crop(region));
      }
    }
    // Pillow turns TIFFs when it opens them.
    byte[] tiff = tiff(IMAGE, code);
    ImageHeader header = new ImageDecoder(100).header(tiff);
    assertThat(header.width()).isEqualTo(width);
    assertThat(new ImageDecoder(100).decode(tiff)).isEqualTo(upright);
    assertThat(Orientation.of(tiff)).isEqualTo(Orientation.UPRIGHT);
    try (ImageRows rows = new ImageOpener(100).open(new ByteArrayInputStream(tiff))) {
      assertThat(rows.layout().width()).isEqualTo(width);
      assertThat(rows.metadata().orientation()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8"})
  void everyFormatWithExifSaysItsOrientation(int code) throws Exception {
    Optional<Orientation> expected = Optional.of(new Orientation(code));
    byte[] exif = ExifBlock.withOrientation(code);

    byte[] jpeg = jpegWith(ImageEncoder.jpeg(IMAGE, 90), exif);
    assertThat(Orientation.ofHead(jpeg)).isEqualTo(expected);
    assertThat(Orientation.ofHead(Arrays.copyOf(jpeg, 10))).isEmpty();
    assertThat(Orientation.ofHead(Arrays.copyOf(jpeg, 100))).isEqualTo(expected);

    byte[] png = ImageEncoder.png(IMAGE);
    byte[] early = inserted(png, 33, chunk("eXIf", exif));
    byte[] late = inserted(png, png.length - 12, chunk("eXIf", exif));
    assertThat(Orientation.ofHead(Arrays.copyOf(early, 80))).isEqualTo(expected);
    assertThat(Orientation.ofHead(Arrays.copyOf(late, late.length - 20))).isEmpty();
    assertThat(Orientation.ofHead(late)).isEqualTo(expected);

    byte[] webp = webp(code);
    assertThat(Orientation.ofHead(webp)).isEqualTo(expected);
    if (code > 1) {
      assertThat(Orientation.ofHead(Arrays.copyOf(webp, 60))).isEmpty();
    }
  }

  @Test
  void withoutExifOrWithDamagedExifImagesAreUpright() {
    byte[] jpeg = ImageEncoder.jpeg(IMAGE, 90);
    byte[] png = ImageEncoder.png(IMAGE);
    for (Map.Entry<String, byte[]> file : MadeUpFiles.all(IMAGE).entrySet()) {
      assertThat(Orientation.ofHead(file.getValue()))
          .as(file.getKey())
          .contains(Orientation.UPRIGHT);
    }
    byte[] nonsense = ExifBlock.withOrientation(9);
    byte[] damaged = Arrays.copyOf(ExifBlock.withOrientation(6), 9);
    for (byte[] exif : new byte[][] {nonsense, damaged, new byte[0]}) {
      assertThat(Orientation.ofHead(jpegWith(jpeg, exif))).contains(Orientation.UPRIGHT);
      assertThat(Orientation.ofHead(inserted(png, 33, chunk("eXIf", exif))))
          .contains(Orientation.UPRIGHT);
    }
    // A file that ends too early says no more.
    assertThat(Orientation.of(Arrays.copyOf(png, png.length - 12))).isEqualTo(Orientation.UPRIGHT);
  }

  @Test
  void theFirstOfTwoExifBlocksCountsAndNumbersMayBeLong() {
    byte[] jpeg = ImageEncoder.jpeg(IMAGE, 90);
    byte[] twice =
        jpegWith(jpegWith(jpeg, ExifBlock.withOrientation(3)), ExifBlock.withOrientation(6));
    assertThat(Orientation.of(twice)).isEqualTo(new Orientation(6));
    byte[] asLong = ExifBlock.withOrientation(1);
    asLong[13] = 4;
    asLong[19] = 0;
    asLong[21] = 8;
    assertThat(Orientation.of(jpegWith(jpeg, asLong))).isEqualTo(new Orientation(8));
  }

  @Test
  void realFilesSayWhatTheyAreNamedFor() throws Exception {
    for (Map.Entry<String, Integer> file :
        Map.of(
                "hopper_orientation_6.jpg", 6,
                "hopper_orientation_3.jpg", 3,
                "exif_imagemagick_orientation.png", 3,
                "rgb.jpg", 1)
            .entrySet()) {
      byte[] bytes = Files.readAllBytes(SharedData.path("data/awkward/" + file.getKey()));
      assertThat(Orientation.of(bytes).code()).as(file.getKey()).isEqualTo(file.getValue());
    }
  }

  private static RgbImage image(int width, int... reds) {
    byte[] pixels = new byte[3 * reds.length];
    for (int i = 0; i < reds.length; i++) {
      pixels[3 * i] = (byte) reds[i];
      pixels[3 * i + 1] = (byte) (reds[i] + 1);
      pixels[3 * i + 2] = (byte) (reds[i] + 2);
    }
    return new RgbImage(width, reds.length / width, pixels);
  }

  private static byte[] webp(int code) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageLayout layout = new ImageLayout(3, 2, 3, false, 8);
    ImageMetadata metadata = new ImageMetadata(code, Optional.empty(), Optional.empty(), 1);
    try (RowEncoder encoder = OutputFormat.WEBP.encoder(out, layout, metadata, 90)) {
      encoder.write(IMAGE.pixels().clone(), 2);
      encoder.finish();
    }
    return out.toByteArray();
  }

  private static byte[] jpegWith(byte[] jpeg, byte[] exif) {
    ByteBuffer segment = ByteBuffer.allocate(10 + exif.length);
    segment.putShort((short) 0xFFE1).putShort((short) (8 + exif.length));
    segment.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII)).put(exif);
    return inserted(jpeg, 2, segment.array());
  }

  private static byte[] chunk(String type, byte[] payload) {
    ByteBuffer chunk = ByteBuffer.allocate(12 + payload.length);
    chunk.putInt(payload.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(payload);
    CRC32 sum = new CRC32();
    sum.update(chunk.array(), 4, 4 + payload.length);
    return chunk.putInt((int) sum.getValue()).array();
  }

  private static byte[] inserted(byte[] file, int at, byte[] part) {
    return ByteBuffer.allocate(file.length + part.length)
        .put(file, 0, at)
        .put(part)
        .put(file, at, file.length - at)
        .array();
  }

  /** An uncompressed RGB TIFF of one strip. */
  private static byte[] tiff(RgbImage image, int orientation) {
    int[][] fields = {
      {256, image.width()},
      {257, image.height()},
      {258, 8},
      {259, 1},
      {262, 2},
      {273, 8},
      {274, orientation},
      {277, 3},
      {278, image.height()},
      {279, image.pixels().length},
      {284, 1}
    };
    int directory = 8 + image.pixels().length;
    ByteBuffer file =
        ByteBuffer.allocate(directory + 6 + 12 * fields.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {'I', 'I', 42, 0}).putInt(directory).put(image.pixels());
    file.putShort((short) fields.length);
    for (int[] field : fields) {
      file.putShort((short) field[0]).putShort((short) 3).putInt(1).putInt(field[1]);
    }
    return file.putInt(0).array();
  }
}
