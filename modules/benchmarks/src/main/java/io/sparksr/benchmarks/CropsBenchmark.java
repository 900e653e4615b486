package io.sparksr.benchmarks;

import io.sparksr.core.image.BicubicResampler;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.NativeJpeg;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.image.TurboJpegLibrary;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.data.CropCutter;
import io.sparksr.data.Distortions;
import io.sparksr.data.IndexRow;
import io.sparksr.data.ShardSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Crops of 96x96 with their reductions from a folder of JPEGs, beside one Pillow process in the
 * same run, turn and turn about; with the system's libjpeg-turbo where it is found, and without it.
 * Arguments: folder, rounds (5), crops per image (1,8).
 */
public final class CropsBenchmark {
  private static final int CROP = 96;
  private static final int SCALE = 4;
  private static final int REDUCTIONS = 1000;

  private final List<IndexRow> images;
  private final Peer pillow;
  private final int rounds;

  private CropsBenchmark(List<IndexRow> images, Peer pillow, int rounds) {
    this.images = images;
    this.pillow = pillow;
    this.rounds = rounds;
  }

  /** Prints a Markdown table; see the class. */
  public static void main(String[] args)
      throws IOException, InterruptedException, ExecutionException, ImageException {
    Path folder = Path.of(args[0]);
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    List<IndexRow> images = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jpg")).sorted().toList()) {
        String id = folder.relativize(file).toString();
        images.add(new IndexRow(file.toString(), id, 0, 0, "jpeg", "RGB", Files.size(file)));
      }
    }
    try (Peer pillow = new Peer("crops_peer.py", folder.toString())) {
      System.out.printf(
          "%s, %d images; here %s%n%n",
          pillow.version(), images.size(), TurboJpegLibrary.describe());
      System.out.println(
          "| work | Pillow, one process | one thread | ratio | two threads | ratio | native-jpeg = off,"
              + " one thread | ratio |");
      System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
      CropsBenchmark benchmark = new CropsBenchmark(images, pillow, rounds);
      for (int perImage : args.length > 2 ? counts(args[2]) : new int[] {1, 8}) {
        benchmark.crops(perImage);
      }
      benchmark.reduction();
    }
  }

  private static int[] counts(String list) {
    return Arrays.stream(list.split(",", -1)).mapToInt(Integer::parseInt).toArray();
  }

  private void crops(int perImage) throws IOException, InterruptedException, ExecutionException {
    double[] theirs = new double[rounds];
    double[] one = new double[rounds];
    double[] two = new double[rounds];
    double[] inJava = new double[rounds];
    // The first round warms up.
    for (int round = -1; round < rounds; round++) {
      int at = Math.max(round, 0);
      theirs[at] = pillow.run(perImage)[0];
      one[at] = pass(perImage, 1, NativeJpeg.AUTO);
      two[at] = pass(perImage, 2, NativeJpeg.AUTO);
      inJava[at] = pass(perImage, 1, NativeJpeg.OFF);
    }
    double work = 1000.0 * images.size() * perImage;
    double peer = work / median(theirs);
    double alone = work / median(one);
    double pair = work / median(two);
    double java = work / median(inJava);
    System.out.printf(
        Locale.ROOT,
        "| %d crops per image | %.0f crops/s | %.0f crops/s | %.2f | %.0f crops/s | %.2f of one | %.0f crops/s | %.2f |%n",
        perImage,
        peer,
        alone,
        alone / peer,
        pair,
        pair / alone,
        java,
        java / peer);
  }

  /** Milliseconds for all images, dealt to threads in turn. */
  private double pass(int perImage, int threads, NativeJpeg nativeJpeg)
      throws InterruptedException, ExecutionException {
    ShardSettings settings =
        new ShardSettings(
            CROP,
            SCALE,
            perImage,
            "pillow-bicubic",
            Distortions.NONE,
            Distortions.NONE,
            1 << 20,
            64,
            "none",
            0,
            1 << 28,
            nativeJpeg,
            1);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      long start = System.nanoTime();
      List<Future<Integer>> parts = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int first = thread;
        parts.add(pool.submit(() -> cut(settings, first, threads)));
      }
      for (Future<Integer> part : parts) {
        part.get();
      }
      return (System.nanoTime() - start) / 1e6;
    } finally {
      pool.shutdown();
    }
  }

  private int cut(ShardSettings settings, int first, int step) throws ImageException {
    int rows = 0;
    try (CropCutter cutter = new CropCutter(new LocalFileStore(), settings)) {
      for (int i = first; i < images.size(); i += step) {
        rows += cutter.rows(images.get(i)).size();
      }
    }
    return rows;
  }

  private void reduction() throws IOException, ImageException {
    byte[] file = Files.readAllBytes(Path.of(images.get(0).uri()));
    RgbImage crop = new ImageDecoder(1 << 28).decode(file).crop(0, 0, CROP, CROP);
    BicubicResampler resampler = BicubicResampler.of(CROP, CROP, CROP / SCALE, CROP / SCALE);
    // A round takes little time, and the two are measured at different moments.
    double[] theirs = new double[10 * rounds];
    double[] ours = new double[10 * rounds];
    for (int round = -10; round < ours.length; round++) {
      int at = Math.max(round, 0);
      theirs[at] = pillow.run(0)[0];
      long start = System.nanoTime();
      for (int i = 0; i < REDUCTIONS; i++) {
        resampler.apply(crop);
      }
      ours[at] = (System.nanoTime() - start) / 1e6;
    }
    System.out.printf(
        Locale.ROOT,
        "| 96x96 to 24x24 | %.1f us | %.1f us | %.2f | | | | |%n",
        median(theirs),
        median(ours),
        median(theirs) / median(ours));
  }

  private static double median(double[] values) {
    return Quantiles.median(Arrays.stream(values).boxed().toList());
  }
}
