package io.sparksr.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparksr.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Skipped, saying so, where the system has no libjpeg-turbo. */
class TurboJpegTest {
  private static final ImageDecoder DECODER = new ImageDecoder(1 << 24);

  private TurboJpeg turbo;

  @BeforeEach
  void open() {
    assumeTrue(
        TurboJpegLibrary.isUsable(),
        () -> "skipped: libjpeg-turbo is " + TurboJpegLibrary.describe());
    turbo = new TurboJpeg();
  }

  @AfterEach
  void close() {
    if (turbo != null) {
      turbo.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "444, 95, 0",
    "444, 30, 3",
    "422, 80, 0",
    "422, 95, 1",
    "420, 90, 0",
    "420, 5, 2",
    "420, 100, 0",
    "444, 100, 5"
  })
  void wholeImagesHaveTheBytesOfBothOtherDecoders(String sampling, int quality, int restarts)
      throws ImageException {
    SplittableRandom random = new SplittableRandom(quality);
    for (int i = 0; i < 24; i++) {
      RgbImage image =
          JpegRegionsTest.noisy(random, 5 + random.nextInt(150), 1 + random.nextInt(120));
      byte[] file = JpegRegionsTest.encode(image, sampling, quality, restarts, false);
      List<Region> regions = JpegRegionsTest.regions(random, image.width(), image.height(), 5);
      List<RgbImage> cut = decode(file, regions).orElseThrow();
      assertThat(cut).isEqualTo(DECODER.regions(file, regions));
      assertThat(cut.get(5)).isEqualTo(DECODER.decode(file));
    }
  }

  @Test
  void grayImagesAreRead() throws ImageException {
    SplittableRandom random = new SplittableRandom(1);
    byte[] file = MadeUpFiles.gray(JpegRegionsTest.noisy(random, 77, 61), "jpeg");
    List<Region> regions = JpegRegionsTest.regions(random, 77, 61, 9);
    assertThat(decode(file, regions)).contains(DECODER.regions(file, regions));
  }

  @Test
  void whatLibrariesDecodeDifferentlyOrAtLengthIsNotTaken() throws ImageException {
    RgbImage image = JpegRegionsTest.noisy(new SplittableRandom(1), 64, 64);
    List<Region> whole = List.of(new Region(0, 0, 64, 64));
    assertThat(decode(JpegRegionsTest.encode(image, "440", 90, 0, false), whole)).isEmpty();
    assertThat(decode(JpegRegionsTest.encode(image, "420", 90, 0, true), whole)).isEmpty();
    RgbImage large = new RgbImage(2049, 2048, new byte[2049 * 2048 * RgbImage.CHANNELS]);
    assertThat(decode(ImageEncoder.jpeg(large, 90), whole)).isEmpty();
    RgbImage largest = new RgbImage(2048, 2048, new byte[2048 * 2048 * RgbImage.CHANNELS]);
    assertThat(decode(ImageEncoder.jpeg(largest, 90), whole))
        .contains(List.of(new RgbImage(64, 64, new byte[64 * 64 * RgbImage.CHANNELS])));
  }

  /** Whatever happens to a file, the crops do not depend on whether the library is there. */
  @ParameterizedTest
  @CsvSource({"444, 85, 0", "444, 100, 3", "422, 60, 4", "420, 85, 0", "420, 30, 3"})
  void damagedFilesGiveTheSameOrAreLeftToTheOtherDecoders(
      String sampling, int quality, int restarts) {
    SplittableRandom random = new SplittableRandom(quality + restarts);
    byte[] file =
        JpegRegionsTest.encode(
            JpegRegionsTest.noisy(random, 120, 90), sampling, quality, restarts, false);
    int taken = 0;
    int changed = 0;
    Optional<RgbImage> undamaged = whole(file);
    for (int i = 0; i < 1500; i++) {
      byte[] damaged = file.clone();
      for (int k = 0; k <= i % 3; k++) {
        int at = 2 + random.nextInt(file.length - 2);
        damaged[at] =
            (byte) (i % 2 == 0 ? damaged[at] ^ 1 << random.nextInt(8) : random.nextInt(256));
      }
      if (i % 7 == 0) {
        damaged = Arrays.copyOf(damaged, 2 + random.nextInt(file.length - 2));
      }
      Optional<RgbImage> image = whole(damaged);
      if (image.isPresent()) {
        assertThat(inJava(damaged)).as("mutation " + i).isEqualTo(image);
        taken++;
        changed += image.equals(undamaged) ? 0 : 1;
      }
    }
    assertThat(taken).isBetween(100, 1400);
    assertThat(changed).isGreaterThan(50);
  }

  @ParameterizedTest
  @ValueSource(strings = {"coco_rgb_sha256.csv", "jpeg420_rgb_sha256.csv"})
  void photographsHavePillowsBytes(String table) throws Exception {
    List<String[]> rows = SharedData.csv("golden/jpeg_decode/" + table);
    int taken = 0;
    for (String[] row : rows.subList(1, rows.size())) {
      Optional<RgbImage> image = whole(Files.readAllBytes(SharedData.path("data/" + row[0])));
      if (image.isPresent()) {
        byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(image.get().pixels());
        assertThat(HexFormat.of().formatHex(sha256)).as(row[0]).isEqualTo(row[7]);
        taken++;
      }
    }
    assertThat(taken).isGreaterThan(10);
  }

  @Test
  void awkwardFilesGiveTheSameOrAreLeftToTheOtherDecoders() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(SharedData.path("data/awkward"))) {
      files = all.filter(file -> file.toString().endsWith(".jpg")).sorted().toList();
    }
    int taken = 0;
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      Optional<RgbImage> image = whole(bytes);
      if (image.isPresent()) {
        assertThat(inJava(bytes)).as(file.toString()).isEqualTo(image);
        taken++;
      }
    }
    assertThat(taken).isGreaterThan(3);
  }

  @Test
  void manyCropsAreCutFromTheWholeImageAndOneIsNot() throws ImageException {
    SplittableRandom random = new SplittableRandom(4);
    byte[] file =
        JpegRegionsTest.encode(JpegRegionsTest.noisy(random, 640, 480), "444", 90, 0, false);
    ImageHeader header = DECODER.header(file);
    List<Region> few = crops(random, 1);
    List<Region> eight = crops(random, 8);
    List<Region> tooMany = crops(random, 65);
    assertThat(RegionDecoder.isWorthWhole(header, few)).isFalse();
    assertThat(RegionDecoder.isWorthWhole(header, eight)).isTrue();
    assertThat(RegionDecoder.isWorthWhole(header, tooMany)).isFalse();
    try (RegionDecoder with = new RegionDecoder(DECODER, NativeJpeg.AUTO);
        RegionDecoder without = new RegionDecoder(DECODER, NativeJpeg.OFF)) {
      for (List<Region> regions : List.of(few, eight, tooMany)) {
        assertThat(with.regions(file, header, regions))
            .isEqualTo(without.regions(file, header, regions));
      }
    }
  }

  private static List<Region> crops(SplittableRandom random, int count) {
    return Stream.generate(
            () -> new Region(random.nextInt(640 - 95), random.nextInt(480 - 95), 96, 96))
        .limit(count)
        .toList();
  }

  /** What the library makes of it; empty where it is not asked, or refuses. */
  private Optional<RgbImage> whole(byte[] file) {
    try {
      ImageHeader header = DECODER.header(file);
      return decode(file, List.of(new Region(0, 0, header.width(), header.height())))
          .map(images -> images.get(0));
    } catch (ImageException e) {
      return Optional.empty();
    }
  }

  private static Optional<RgbImage> inJava(byte[] file) {
    try {
      ImageHeader header = DECODER.header(file);
      Region whole = new Region(0, 0, header.width(), header.height());
      return Optional.of(DECODER.regions(file, List.of(whole)).get(0));
    } catch (ImageException e) {
      return Optional.empty();
    }
  }

  private Optional<List<RgbImage>> decode(byte[] file, List<Region> regions) throws ImageException {
    JpegStructure structure = JpegStructure.of(file);
    return BaselineHeader.of(file, structure)
        .filter(header -> TurboJpeg.takes(header, structure.end()))
        .flatMap(header -> turbo.decode(file, structure.end(), header, regions));
  }
}
