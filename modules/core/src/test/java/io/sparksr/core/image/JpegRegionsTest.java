package io.sparksr.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opencv.imgcodecs.Imgcodecs;

class JpegRegionsTest {
  private static final ImageDecoder DECODER = new ImageDecoder(1 << 24);

  @ParameterizedTest
  @CsvSource({
    "444, 95, 0",
    "444, 30, 3",
    "422, 80, 0",
    "422, 95, 1",
    "420, 90, 0",
    "420, 5, 2",
    "440, 90, 0",
    "440, 60, 4",
    "420, 100, 0",
    "444, 100, 5"
  })
  void regionsHaveTheBytesOfTheWholeImage(String sampling, int quality, int restarts)
      throws ImageException {
    SplittableRandom random = new SplittableRandom(quality);
    for (int i = 0; i < 12; i++) {
      RgbImage image = noisy(random, 5 + random.nextInt(150), 1 + random.nextInt(120));
      byte[] file = encode(image, sampling, quality, restarts, false);
      List<Region> regions = regions(random, image.width(), image.height(), 5);
      List<RgbImage> parts = baseline(file, regions).orElseThrow();
      assertThat(parts).isEqualTo(cut(file, regions));
      assertThat(DECODER.regions(file, regions)).isEqualTo(parts);
    }
  }

  @Test
  void grayImagesAreRead() throws ImageException {
    RgbImage gray = noisy(new SplittableRandom(1), 77, 61);
    byte[] file = MadeUpFiles.gray(gray, "jpeg");
    List<Region> regions = regions(new SplittableRandom(2), 77, 61, 9);
    assertThat(baseline(file, regions).orElseThrow()).isEqualTo(cut(file, regions));
  }

  @Test
  void progressiveFilesAndManyRegionsAreLeftToTheWholeDecoder() throws ImageException {
    RgbImage image = noisy(new SplittableRandom(1), 64, 64);
    byte[] progressive = encode(image, "420", 90, 0, true);
    List<Region> one = List.of(new Region(3, 4, 20, 30));
    assertThat(baseline(progressive, one)).isEmpty();
    assertThat(DECODER.regions(progressive, one)).isEqualTo(cut(progressive, one));
    byte[] file = encode(image, "420", 90, 0, false);
    List<Region> many = regions(new SplittableRandom(3), 64, 64, 65);
    assertThat(baseline(file, many)).isEmpty();
    assertThat(DECODER.regions(file, many)).isEqualTo(cut(file, many));
  }

  @Test
  void damagedFilesEndAsTheyDoWhenDecodedWhole() {
    SplittableRandom random = new SplittableRandom(5);
    byte[] file = encode(noisy(random, 120, 90), "420", 85, 3, false);
    int read = 0;
    for (int i = 0; i < 600; i++) {
      byte[] damaged = file.clone();
      for (int k = 0; k <= i % 3; k++) {
        damaged[2 + random.nextInt(file.length - 2)] = (byte) random.nextInt(256);
      }
      if (i % 7 == 0) {
        damaged = Arrays.copyOf(damaged, random.nextInt(file.length));
      }
      List<Region> regions = List.of(new Region(30, 10, 50, 40));
      String whole = outcome(damaged, regions, JpegRegionsTest::cut);
      boolean hasFarValues = hasFarValues(damaged);
      // There the whole decoder's arithmetic is another one; TurboJpegTest has the comparison.
      if (!hasFarValues) {
        assertThat(outcome(damaged, regions, DECODER::regions)).isEqualTo(whole);
      }
      read += whole.startsWith("[RgbImage") && !hasFarValues ? 1 : 0;
    }
    assertThat(read).isGreaterThan(100);
  }

  private static boolean hasFarValues(byte[] file) {
    try {
      Optional<BaselineHeader> found = BaselineHeader.of(file, JpegStructure.of(file));
      if (found.isEmpty()) {
        return false;
      }
      BaselineHeader header = found.get();
      JpegBlocks blocks = new JpegBlocks(file, header);
      int rows = (header.height() + header.unitHeight() - 1) / header.unitHeight();
      for (int unit = 0; unit < rows * header.unitsPerRow(); unit++) {
        blocks.beginUnit();
        for (int c = 0; c < header.components().size(); c++) {
          BaselineHeader.Component component = header.components().get(c);
          for (int i = 0; i < component.horizontal() * component.vertical(); i++) {
            blocks.decode(c);
          }
        }
      }
      return blocks.isFar();
    } catch (ImageException | JpegBits.Unclean e) {
      return false;
    }
  }

  @Test
  void aFileMayEndWithinAMarker() {
    byte[] file = encode(noisy(new SplittableRandom(6), 60, 40), "444", 90, 0, false);
    for (int length = file.length - 600; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      cut[length - 1] = (byte) 0xFF;
      assertThatThrownBy(() -> DECODER.regions(cut, List.of(new Region(0, 0, 8, 8))))
          .isInstanceOfSatisfying(
              ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TRUNCATED));
    }
  }

  @Test
  void aFileWithoutItsEndIsTruncatedWhereverTheRegionIs() {
    byte[] file = encode(noisy(new SplittableRandom(6), 100, 100), "444", 90, 0, false);
    byte[] cut = Arrays.copyOf(file, file.length - 2);
    assertThatThrownBy(() -> DECODER.regions(cut, List.of(new Region(0, 0, 8, 8))))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TRUNCATED));
  }

  @Test
  void regionsOutsideAreRefused() {
    byte[] file = encode(noisy(new SplittableRandom(6), 40, 30), "444", 90, 0, false);
    assertThatThrownBy(() -> DECODER.regions(file, List.of(new Region(33, 0, 8, 8))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Region[left=33, top=0, width=8, height=8] leaves an image of 40x30");
  }

  @ParameterizedTest
  @ValueSource(strings = {"data/coco/val2014", "data/jpeg420", "data/awkward"})
  void photographsGiveTheSameBytes(String folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(SharedData.path(folder))) {
      files = all.filter(file -> file.toString().endsWith(".jpg")).sorted().limit(24).toList();
    }
    SplittableRandom random = new SplittableRandom(9);
    int read = 0;
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      Optional<ImageHeader> header = header(bytes);
      if (header.isEmpty()) {
        continue;
      }
      List<Region> regions = regions(random, header.get().width(), header.get().height(), 3);
      String whole = outcome(bytes, regions, JpegRegionsTest::cut);
      assertThat(outcome(bytes, regions, DECODER::regions)).as(file.toString()).isEqualTo(whole);
      read += whole.startsWith("[RgbImage") ? 1 : 0;
    }
    assertThat(read).isGreaterThan(4);
  }

  private interface Decoding {
    List<RgbImage> of(byte[] bytes, List<Region> regions) throws ImageException;
  }

  /** Images with a checksum of their pixels, or the reason for having none. */
  private static String outcome(byte[] bytes, List<Region> regions, Decoding decoding) {
    try {
      return decoding.of(bytes, regions).stream()
          .map(image -> image + " " + image.hashCode())
          .toList()
          .toString();
    } catch (ImageException e) {
      return e.reason().label();
    } catch (IllegalArgumentException e) {
      return "outside";
    }
  }

  private static Optional<ImageHeader> header(byte[] bytes) {
    try {
      return Optional.of(DECODER.header(bytes));
    } catch (ImageException e) {
      return Optional.empty();
    }
  }

  private static List<RgbImage> cut(byte[] bytes, List<Region> regions) throws ImageException {
    return regions.isEmpty() ? List.of() : cutWhole(DECODER.decode(bytes), regions);
  }

  private static List<RgbImage> cutWhole(RgbImage whole, List<Region> regions) {
    return regions.stream().map(whole::crop).toList();
  }

  private static Optional<List<RgbImage>> baseline(byte[] file, List<Region> regions)
      throws ImageException {
    return JpegRegions.decode(file, JpegStructure.of(file), regions);
  }

  static byte[] encode(
      RgbImage image, String sampling, int quality, int restarts, boolean progressive) {
    int factors =
        switch (sampling) {
          case "420" -> Imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_420;
          case "422" -> Imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_422;
          case "440" -> Imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_440;
          default -> Imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_444;
        };
    return OpenCv.encode(
        image,
        ".jpg",
        Imgcodecs.IMWRITE_JPEG_QUALITY,
        quality,
        Imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR,
        factors,
        Imgcodecs.IMWRITE_JPEG_RST_INTERVAL,
        restarts,
        Imgcodecs.IMWRITE_JPEG_PROGRESSIVE,
        progressive ? 1 : 0);
  }

  static List<Region> regions(SplittableRandom random, int width, int height, int count) {
    List<Region> regions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int left = random.nextInt(width);
      int top = random.nextInt(height);
      int wide = 1 + random.nextInt(width - left);
      int high = 1 + random.nextInt(height - top);
      regions.add(new Region(left, top, wide, high));
    }
    regions.add(new Region(0, 0, width, height));
    return regions;
  }

  /** Gradients with noise and hard edges: all coefficients occur. */
  static RgbImage noisy(SplittableRandom random, int width, int height) {
    byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
    for (int i = 0; i < pixels.length; i++) {
      int smooth = (i / RgbImage.CHANNELS % width * 3 + i % RgbImage.CHANNELS * 60) % 256;
      pixels[i] = (byte) ((i / 997) % 2 == 0 ? smooth : random.nextInt(256));
    }
    return new RgbImage(width, height, pixels);
  }
}
