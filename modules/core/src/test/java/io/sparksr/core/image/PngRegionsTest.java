package io.sparksr.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.testkit.SharedData;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PngRegionsTest {
  private static final ImageDecoder DECODER = new ImageDecoder(178_956_970);

  @Test
  void regionsOfEveryKindOfPngHaveTheBytesOfTheWholeImage() throws Exception {
    RgbImage image = noise(41, 33);
    List<Region> regions =
        List.of(new Region(0, 0, 41, 33), new Region(40, 32, 1, 1), new Region(7, 3, 20, 9));
    for (Map.Entry<String, byte[]> file : MadeUpFiles.all(image).entrySet()) {
      RgbImage whole = DECODER.decode(file.getValue());
      List<Region> within = whole.width() == 41 ? regions : List.of(new Region(1, 1, 5, 5));
      assertThat(DECODER.regions(file.getValue(), within))
          .as(file.getKey())
          .isEqualTo(within.stream().map(whole::crop).toList());
    }
    byte[] gray16 = MadeUpFiles.gray16(0, 255, 256, 65_535);
    assertThat(DECODER.regions(gray16, List.of(new Region(1, 0, 3, 1))))
        .isEqualTo(List.of(DECODER.decode(gray16).crop(1, 0, 3, 1)));
    byte[] palette = MadeUpFiles.palette("png", new int[] {0x102030, 0x405060}, 1, 0, 1);
    assertThat(DECODER.regions(palette, List.of(new Region(0, 0, 2, 1))))
        .isEqualTo(List.of(DECODER.decode(palette).crop(0, 0, 2, 1)));
    assertThat(PngRegions.decode(palette, DECODER.header(palette), List.of())).contains(List.of());
  }

  @Test
  void awkwardFilesGiveTheBytesOrTheReasonOfTheWholeImage() throws Exception {
    int read = 0;
    try (Stream<Path> files = Files.list(SharedData.path("data/awkward"))) {
      for (Path path : files.filter(f -> f.toString().endsWith(".png")).sorted().toList()) {
        byte[] file = Files.readAllBytes(path);
        String whole = outcome(file, PngRegionsTest::firstPixelOfWhole);
        assertThat(outcome(file, PngRegionsTest::firstPixel)).as(path.toString()).isEqualTo(whole);
        assertThat(outcome(file, DECODER::check).contains("TRUNCATED"))
            .as(path.toString())
            .isEqualTo(whole.contains("TRUNCATED"));
        read += whole.startsWith("RgbImage") ? 1 : 0;
      }
    }
    assertThat(read).isEqualTo(10);
  }

  @Test
  void damagedFilesEndAsTheyDoWhenDecodedWhole() {
    SplittableRandom random = new SplittableRandom(4);
    int refused = 0;
    for (Map.Entry<String, byte[]> file : MadeUpFiles.all(noise(37, 23)).entrySet()) {
      for (int i = 0; i < 200 && file.getKey().endsWith("png"); i++) {
        byte[] damaged = MadeUpFiles.damaged(file.getValue(), random);
        String whole = outcome(damaged, PngRegionsTest::firstPixelOfWhole);
        assertThat(outcome(damaged, PngRegionsTest::firstPixel)).isEqualTo(whole);
        refused += whole.startsWith("RgbImage") ? 0 : 1;
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  @Test
  void whatDoesNotFitIntoMemoryWholeStillGivesItsRegions() throws Exception {
    // All of it as pixels would take more than this process's share of the heap.
    long heapMebibytes = Runtime.getRuntime().maxMemory() >> 20;
    int height = (int) Math.min(60_000, heapMebibytes * 30);
    byte[] file = flat(2000, height);
    ImageDecoder decoder = new ImageDecoder(1 << 30);
    List<RgbImage> parts = decoder.regions(file, List.of(new Region(1990, height - 5, 10, 5)));
    assertThat(parts.get(0).value(9, 4, 2)).isEqualTo(7);
    assertThat(decoder.check(file).height()).isEqualTo(height);
    assertThatThrownBy(() -> decoder.decode(file))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BEYOND_MEMORY));
  }

  private interface Decoding {
    Object run(byte[] file) throws ImageException;
  }

  private static String outcome(byte[] file, Decoding decoding) {
    try {
      return String.valueOf(decoding.run(file));
    } catch (ImageException e) {
      return e.reason().name();
    }
  }

  private static Object firstPixel(byte[] file) throws ImageException {
    RgbImage pixel = DECODER.regions(file, List.of(new Region(0, 0, 1, 1))).get(0);
    return pixel + " " + pixel.hashCode();
  }

  private static Object firstPixelOfWhole(byte[] file) throws ImageException {
    RgbImage pixel = DECODER.decode(file).crop(0, 0, 1, 1);
    return pixel + " " + pixel.hashCode();
  }

  private static byte[] flat(int width, int height) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageLayout layout = new ImageLayout(width, height, 3, false, 8);
    byte[] row = new byte[layout.rowBytes()];
    row[row.length - 1] = 7;
    ImageMetadata none = new ImageMetadata(1, Optional.empty(), Optional.empty(), 1);
    try (RowEncoder encoder = OutputFormat.PNG.encoder(out, layout, none, 90)) {
      for (int y = 0; y < height; y++) {
        encoder.write(row, 1);
      }
      encoder.finish();
    }
    return out.toByteArray();
  }

  private static RgbImage noise(int width, int height) {
    byte[] pixels = new byte[3 * width * height];
    new SplittableRandom(1).nextBytes(pixels);
    return new RgbImage(width, height, pixels);
  }
}
