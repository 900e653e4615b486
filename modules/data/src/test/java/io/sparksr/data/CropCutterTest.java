package io.sparksr.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.NativeJpeg;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.LocalFileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CropCutterTest {
  @TempDir private Path folder;

  /** Where libjpeg-turbo is not installed, both are done in Java. */
  @Test
  void rowsDoNotDependOnWhoDecodes() throws IOException, ImageException {
    byte[] file = ImageEncoder.jpeg(picture(), 90);
    byte[] damaged = file.clone();
    for (int at = file.length / 2; at < file.length - 2; at += 97) {
      damaged[at] ^= 4;
    }
    for (byte[] bytes : List.of(file, damaged)) {
      Path path = folder.resolve("picture.jpg");
      Files.write(path, bytes);
      IndexRow image = new IndexRow(path.toString(), "p", 160, 120, "jpeg", "RGB", bytes.length);
      for (int crops : new int[] {1, 20}) {
        List<ShardRow> with = rows(image, crops, NativeJpeg.AUTO);
        List<ShardRow> without = rows(image, crops, NativeJpeg.OFF);
        assertThat(with).hasSize(crops);
        for (int i = 0; i < crops; i++) {
          assertThat(Arrays.equals(with.get(i).hr(), without.get(i).hr())).isTrue();
          assertThat(Arrays.equals(with.get(i).lr(), without.get(i).lr())).isTrue();
          assertThat(with.get(i).left()).isEqualTo(without.get(i).left());
        }
      }
    }
  }

  private static List<ShardRow> rows(IndexRow image, int crops, NativeJpeg nativeJpeg)
      throws ImageException {
    ShardSettings settings =
        new ShardSettings(
            32,
            4,
            crops,
            "pillow-bicubic",
            Distortions.NONE,
            Distortions.NONE,
            1 << 20,
            4,
            "none",
            0,
            1 << 20,
            nativeJpeg,
            1);
    try (CropCutter cutter = new CropCutter(new LocalFileStore(), settings)) {
      return cutter.rows(image);
    }
  }

  private static RgbImage picture() {
    SplittableRandom random = new SplittableRandom(1);
    byte[] pixels = new byte[160 * 120 * RgbImage.CHANNELS];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i / 700 % 2 == 0 ? i / 480 : random.nextInt(256));
    }
    return new RgbImage(160, 120, pixels);
  }
}
