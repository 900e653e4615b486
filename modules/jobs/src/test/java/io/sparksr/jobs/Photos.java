package io.sparksr.jobs;

import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  static void write(Path path, byte[] bytes) throws IOException {
    Files.createDirectories(path.getParent());
    Files.write(path, bytes);
  }
}
