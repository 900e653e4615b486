package io.sparksr.evaluation;

import io.sparksr.core.image.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Images for tests: PNG files, noise. */
public final class TestImages {
  private TestImages() {}

  /** A PNG file of 8-bit RGB or gray values, the latter in all three channels. */
  public static RgbImage png(Path file) {
    try {
      BufferedImage image = ImageIO.read(file.toFile());
      // getRGB would convert gray values as if they were linear light.
      Raster raster = image.getRaster();
      int bands = raster.getNumBands();
      byte[] pixels = new byte[image.getWidth() * image.getHeight() * RgbImage.CHANNELS];
      int[] pixel = new int[bands];
      int out = 0;
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          raster.getPixel(x, y, pixel);
          for (int c = 0; c < RgbImage.CHANNELS; c++) {
            pixels[out++] = (byte) pixel[bands < RgbImage.CHANNELS ? 0 : c];
          }
        }
      }
      return new RgbImage(image.getWidth(), image.getHeight(), pixels);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An image of random bytes, the same for the same seed. */
  public static RgbImage noise(long seed, int width, int height) {
    byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
    new SplittableRandom(seed).nextBytes(pixels);
    return new RgbImage(width, height, pixels);
  }
}
