package io.sparksr.jobs;

import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.ImageLayout;
import io.sparksr.core.image.ImageMetadata;
import io.sparksr.core.image.OutputFormat;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.image.RowEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;

/** Small made-up images on the local disk. */
final class Photos {
  private Photos() {}

  /** Gradients and stripes that depend on the number. */
  static RgbImage image(int number, int width, int height) {
    byte[] pixels = new byte[3 * width * height];
    int i = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        pixels[i++] = (byte) (x * (number + 1));
        pixels[i++] = (byte) (y * 2 + number);
        pixels[i++] = (byte) ((x + y) % (number + 3) * 40);
      }
    }
    return new RgbImage(width, height, pixels);
  }

  /** Random pixels. */
  static RgbImage noise(int number, int width, int height) {
    byte[] pixels = new byte[3 * width * height];
    new Random(number).nextBytes(pixels);
    return new RgbImage(width, height, pixels);
  }

  static void png(Path path, int number, int width, int height) throws IOException {
    write(path, ImageEncoder.png(image(number, width, height)));
  }

  static void jpeg(Path path, int number, int width, int height) throws IOException {
    write(path, ImageEncoder.jpeg(image(number, width, height), 90));
  }

  /**
   * A file whose metadata state an EXIF orientation.
   *
   * @param orientation 1 to 8
   */
  static void turned(Path path, OutputFormat format, RgbImage image, int orientation)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageLayout layout = new ImageLayout(image.width(), image.height(), 3, false, 8);
    ImageMetadata metadata = new ImageMetadata(orientation, Optional.empty(), Optional.empty(), 1);
    try (RowEncoder encoder = format.encoder(out, layout, metadata, 90)) {
      encoder.write(image.pixels().clone(), image.height());
      encoder.finish();
    }
    write(path, out.toByteArray());
  }

  static void write(Path path, byte[] bytes) throws IOException {
    Files.createDirectories(path.getParent());
    Files.write(path, bytes);
  }
}
