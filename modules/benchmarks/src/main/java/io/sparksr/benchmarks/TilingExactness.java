package io.sparksr.benchmarks;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.inference.TiledUpscaler;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.Precision;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.nn.TorchThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Compares tiled enlargement with that of the whole image in one piece, in float32, for 20 images
 * of odd sizes: each by every tile size from 48 to 512 that cuts it, at a batch size from 1 to 8
 * that goes round. Arguments: a model folder, a folder of photographs of at least 640x427 pixels.
 * Ends with exit code 1 if a value differs by more than a level, or more than one in ten thousand
 * differ.
 */
public final class TilingExactness {
  private static final int[] TILES = {48, 64, 96, 128, 192, 256, 384, 512};
  private static final int MOST_BATCH = 8;
  private static final int IMAGES = 20;

  private long values;
  private long different;
  private int largest;
  private int comparisons;

  private TilingExactness() {}

  /** Prints a Markdown row per image; see the class. */
  public static void main(String[] args) throws IOException, ImageException {
    TilingExactness check = new TilingExactness();
    TorchThreads.use(2);
    try (NDManager manager = NDManager.newBaseManager()) {
      check.run(
          ModelFolder.load(new LocalFileStore(), args[0], Precision.FP32, manager),
          manager,
          photographs(Path.of(args[1])));
    }
    double identical = 1 - (double) check.different / check.values;
    System.out.printf(
        Locale.ROOT,
        "%d comparisons, %d values, identical %.6f %%, largest difference %d%n",
        check.comparisons,
        check.values,
        100 * identical,
        check.largest);
    System.exit(check.largest <= 1 && identical >= 0.9999 ? 0 : 1);
  }

  private static List<RgbImage> photographs(Path folder) throws IOException, ImageException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(p -> p.toString().matches(".*\\.(jpg|png)")).sorted().toList();
    }
    ImageDecoder decoder = new ImageDecoder(1 << 26);
    List<RgbImage> images = new ArrayList<>();
    for (Path file : files) {
      RgbImage image = decoder.decode(Files.readAllBytes(file));
      if (images.size() < IMAGES && image.width() >= 640 && image.height() >= 427) {
        images.add(cut(image, images.size()));
      }
    }
    return images;
  }

  /** Sizes that no tile size divides: most are small, every fifth is wider than any tile. */
  private static RgbImage cut(RgbImage image, int number) {
    int width = number % 5 == 4 ? 519 + 6 * number : 67 + 14 * number;
    int height = number % 5 == 4 ? 101 + 2 * number : 211 - 6 * number;
    return image.crop(0, number, width, height);
  }

  private void run(SuperResolutionNetwork network, NDManager manager, List<RgbImage> images) {
    int turn = 0;
    for (RgbImage image : images) {
      byte[] whole = enlarge(network, manager, image, 1 << 20, 1);
      StringBuilder row = new StringBuilder("| " + image.width() + "x" + image.height() + " |");
      for (int tile : TILES) {
        if (tile < Math.max(image.width(), image.height())) {
          int batch = 1 + turn++ % MOST_BATCH;
          long count = compare(whole, enlarge(network, manager, image, tile, batch));
          row.append(' ').append(tile).append('/').append(batch).append(": ").append(count);
          row.append(" |");
        }
      }
      System.out.println(row);
    }
  }

  private long compare(byte[] whole, byte[] tiled) {
    long count = 0;
    for (int i = 0; i < whole.length; i++) {
      int difference = Math.abs((whole[i] & 0xFF) - (tiled[i] & 0xFF));
      count += difference > 0 ? 1 : 0;
      largest = Math.max(largest, difference);
    }
    comparisons++;
    values += whole.length;
    different += count;
    return count;
  }

  private static byte[] enlarge(
      SuperResolutionNetwork network, NDManager manager, RgbImage lr, int tile, int batch) {
    return new TiledUpscaler(network, manager, tile, batch)
        .upscaleToRgb(lr, (done, total) -> {})
        .pixels();
  }
}
