package io.sparksr.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.testkit.SharedData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JpegRowsTest {
  private static final long MOST = 1 << 29;
  private static final ImageDecoder DECODER = new ImageDecoder(MOST);

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
  void rowsHaveTheBytesOfTheWholeImage(String sampling, int quality, int restarts)
      throws Exception {
    SplittableRandom random = new SplittableRandom(quality);
    for (int i = 0; i < 24; i++) {
      int width = 5 + random.nextInt(150);
      RgbImage image = JpegRegionsTest.noisy(random, width, 1 + random.nextInt(120));
      byte[] file = JpegRegionsTest.encode(image, sampling, quality, restarts, false);
      try (ImageRows rows = open(file)) {
        assertThat(rows).isInstanceOf(JpegRows.class);
        assertThat(read(rows, random)).isEqualTo(DECODER.decode(file));
      }
    }
  }

  @Test
  void grayIsReadByRows() throws Exception {
    byte[] file = MadeUpFiles.gray(JpegRegionsTest.noisy(new SplittableRandom(1), 77, 61), "jpeg");
    try (ImageRows rows = open(file)) {
      assertThat(rows).isInstanceOf(JpegRows.class);
      assertThat(rows.layout()).isEqualTo(new ImageLayout(77, 61, 1, false, 8));
      assertThat(read(rows, new SplittableRandom(2))).isEqualTo(DECODER.decode(file));
    }
  }

  @Test
  void progressiveFilesAreDecodedWhole() throws Exception {
    RgbImage image = JpegRegionsTest.noisy(new SplittableRandom(1), 64, 50);
    byte[] file = JpegRegionsTest.encode(image, "420", 90, 0, true);
    try (ImageRows rows = open(file)) {
      assertThat(rows).isInstanceOf(WholeRows.class);
      assertThat(read(rows, new SplittableRandom(2))).isEqualTo(DECODER.decode(file));
    }
  }

  @Test
  void damageInTheMiddleGivesWhatTheDecoderOfTheWholeImageMakesOfIt() {
    SplittableRandom random = new SplittableRandom(5);
    byte[] file =
        JpegRegionsTest.encode(JpegRegionsTest.noisy(random, 120, 130), "420", 85, 3, false);
    int read = 0;
    int different = 0;
    String undamaged = outcome(file, DECODER::decode);
    for (int i = 0; i < 600; i++) {
      byte[] damaged = file.clone();
      for (int k = 0; k <= i % 3; k++) {
        damaged[2 + random.nextInt(file.length - 2)] = (byte) random.nextInt(256);
      }
      if (i % 7 == 0) {
        damaged = Arrays.copyOf(damaged, random.nextInt(file.length));
      }
      String whole = outcome(damaged, DECODER::decode);
      assertThat(outcome(damaged, bytes -> readAll(bytes, random))).isEqualTo(whole);
      read += whole.startsWith("RgbImage") ? 1 : 0;
      different += whole.startsWith("RgbImage") && !whole.equals(undamaged) ? 1 : 0;
    }
    assertThat(read).isGreaterThan(100);
    assertThat(different).isGreaterThan(50);
  }

  @ParameterizedTest
  @ValueSource(strings = {"data/coco/val2014", "data/jpeg420", "data/awkward"})
  void photographsGiveTheSameBytes(String folder) throws IOException {
    SplittableRandom random = new SplittableRandom(9);
    int read = 0;
    try (Stream<Path> all = Files.list(SharedData.path(folder))) {
      for (Path path : all.filter(p -> p.toString().endsWith(".jpg")).sorted().limit(24).toList()) {
        byte[] file = Files.readAllBytes(path);
        String whole = outcome(file, DECODER::decode);
        assertThat(outcome(file, bytes -> readAll(bytes, random)))
            .as(path.toString())
            .isEqualTo(whole);
        read += whole.startsWith("RgbImage") ? 1 : 0;
      }
    }
    assertThat(read).isGreaterThan(4);
  }

  /** 223 megapixels: decoded whole, more than this process has. */
  @Test
  void memoryDoesNotDependOnTheHeight() throws Exception {
    int width = 8192;
    int unitRows = 1700;
    RgbImage few = DECODER.decode(repeated(width, 4));
    byte[] huge = repeated(width, unitRows);
    assertThatThrownBy(() -> DECODER.decode(huge))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BEYOND_MEMORY));
    // Rows of blocks with the same above and below.
    short[] expected = new short[16 * width * RgbImage.CHANNELS];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (short) (few.pixels()[2 * expected.length + i] & 0xFF);
    }
    short[] band = new short[expected.length];
    int equal = 0;
    try (ImageRows rows = open(huge)) {
      assertThat(rows.layout()).isEqualTo(new ImageLayout(width, 16 * unitRows, 3, false, 8));
      for (int unitRow = 0; unitRow < unitRows; unitRow++) {
        rows.read(band, 0, 16);
        equal += Arrays.equals(band, expected) ? 1 : 0;
      }
    }
    assertThat(equal).isGreaterThanOrEqualTo(unitRows - 3);
  }

  /** A 4:2:0 file of rows of units that are all the same but for the first. */
  private static byte[] repeated(int width, int unitRows) {
    byte[] pixels = new byte[width * 32 * RgbImage.CHANNELS];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i / 5000 + i / (16 * width) * 40);
    }
    byte[] two =
        JpegRegionsTest.encode(new RgbImage(width, 32, pixels), "420", 80, width / 16, false);
    int restart = find(two, 0xD0);
    byte[] row = Arrays.copyOfRange(two, restart + 2, two.length - 2);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(two, 0, restart);
    for (int i = 1; i < unitRows; i++) {
      file.write(0xFF);
      file.write(0xD0 + (i - 1) % 8);
      file.writeBytes(row);
    }
    file.write(0xFF);
    file.write(0xD9);
    byte[] bytes = file.toByteArray();
    int frame = find(bytes, 0xC0);
    bytes[frame + 5] = (byte) ((16 * unitRows) >> 8);
    bytes[frame + 6] = (byte) (16 * unitRows);
    return bytes;
  }

  private static int find(byte[] file, int marker) {
    int at = 0;
    while (file[at] != (byte) 0xFF || file[at + 1] != (byte) marker) {
      at++;
    }
    return at;
  }

  private interface Decoding {
    RgbImage of(byte[] bytes) throws ImageException;
  }

  /** An image with a checksum of its pixels, or the reason for having none. */
  private static String outcome(byte[] bytes, Decoding decoding) {
    try {
      RgbImage image = decoding.of(bytes);
      return image + " " + image.hashCode();
    } catch (ImageException e) {
      return e.reason().label();
    }
  }

  private static RgbImage readAll(byte[] file, SplittableRandom random) throws ImageException {
    try (ImageRows rows = open(file)) {
      return read(rows, random);
    } catch (IOException e) {
      throw new IllegalStateException("memory can be read", e);
    }
  }

  private static ImageRows open(byte[] file) throws IOException, ImageException {
    return new ImageOpener(MOST).open(new ByteArrayInputStream(file));
  }

  /** In bands of all heights; alpha is left out. */
  private static RgbImage read(ImageRows rows, SplittableRandom random)
      throws IOException, ImageException {
    ImageLayout layout = rows.layout();
    int step = SampleBand.step(layout);
    byte[] pixels = new byte[layout.width() * layout.height() * RgbImage.CHANNELS];
    int at = 0;
    for (int y = 0; y < layout.height(); ) {
      int count = Math.min(1 + random.nextInt(40), layout.height() - y);
      short[] band = new short[count * layout.width() * step];
      rows.read(band, 0, count);
      for (int i = 0; i < band.length; i++) {
        if (i % step < RgbImage.CHANNELS) {
          pixels[at++] = (byte) band[i];
        }
      }
      y += count;
    }
    return new RgbImage(layout.width(), layout.height(), pixels);
  }
}
