package io.sparksr.benchmarks;

import static io.sparksr.benchmarks.Quantiles.median;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparksr.core.Progress;
import io.sparksr.core.image.BicubicResampler;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.jobs.HadoopFileStore;
import io.sparksr.jobs.JobContext;
import io.sparksr.jobs.UpscaleJob;
import io.sparksr.jobs.UpscaleSettings;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Precision;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.nn.TorchThreads;
import io.sparksr.training.PrecisionChoice;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The whole upscale job, JPEG on S3A to PNG on S3A, 480x270 to 1920x1080, beside its network alone
 * in the same run: SRResNet with 64 channels and 16 blocks, one task of 2 threads. The object store
 * is S3Proxy in a JVM of its own, on the same cores. Arguments: S3Proxy's jar, a folder of
 * photographs, images (24), precision (fp32).
 */
public final class UpscaleJobBenchmark {
  private static final int THREADS = 2;
  private static final int WIDTH = 480;
  private static final int HEIGHT = 270;
  private static final int NETWORK_RUNS = 4;
  private static final int WARM_UP = 6;
  private static final double MEGAPIXELS_OUT = 16e-6 * WIDTH * HEIGHT;

  private UpscaleJobBenchmark() {}

  /** Prints Markdown; see the class. */
  public static void main(String[] args) throws Exception {
    int images = args.length > 2 ? Integer.parseInt(args[2]) : 24;
    PrecisionChoice precision =
        PrecisionChoice.valueOf((args.length > 3 ? args[3] : "fp32").toUpperCase(Locale.ROOT));
    Path work = Files.createTempDirectory("upscale-benchmark");
    Path model =
        BenchmarkModel.write(
            work.resolve("model"), new NetworkSettings("srresnet", 64, 16, 9, 3, 4));
    try (ObjectStore store = ObjectStore.start(Path.of(args[0]), work);
        JavaSparkContext spark = spark(store)) {
      HadoopFileStore files = new HadoopFileStore(spark.hadoopConfiguration());
      List<Path> photographs = photographs(Path.of(args[1]));
      put(files, photographs, store.uri() + "/warm", WARM_UP);
      put(files, photographs, store.uri() + "/in", images);
      UpscaleSettings settings = new UpscaleSettings(288, 1, 1 << 30, 0, precision, THREADS);
      JobContext context = new JobContext(spark, Progress.silent(), "benchmark", "");
      seconds(context, model, store.uri() + "/warm", settings);
      List<Double> alone = new ArrayList<>(network(model, precision.resolve()));
      double job = seconds(context, model, store.uri() + "/in", settings);
      alone.addAll(network(model, precision.resolve()));
      double networkRate = MEGAPIXELS_OUT / median(alone);
      double jobRate = images * MEGAPIXELS_OUT / job;
      System.out.printf(
          Locale.ROOT,
          "| %s, %d images | network alone %.3f MPix/s | S3A to S3A %.3f MPix/s | ratio %.3f |%n",
          precision.name().toLowerCase(Locale.ROOT),
          images,
          networkRate,
          jobRate,
          jobRate / networkRate);
    }
  }

  private static JavaSparkContext spark(ObjectStore store) {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[1]")
            .setAppName("upscale-benchmark")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.bindAddress", "127.0.0.1");
    store.settings().forEach((key, value) -> conf.set("spark.hadoop." + key, value));
    return new JavaSparkContext(conf);
  }

  private static List<Path> photographs(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(p -> p.toString().endsWith(".jpg")).sorted().toList();
    }
  }

  private static void put(FileStore files, List<Path> photographs, String folder, int count)
      throws IOException, ImageException {
    for (int i = 0; i < count; i++) {
      byte[] file = Files.readAllBytes(photographs.get(i % photographs.size()));
      RgbImage image = new ImageDecoder(1 << 26).decode(file);
      byte[] jpeg = ImageEncoder.jpeg(BicubicResampler.resize(image, WIDTH, HEIGHT), 90);
      files.writeBytes(folder + "/" + i + ".jpg", jpeg);
    }
  }

  private static double seconds(
      JobContext context, Path model, String input, UpscaleSettings settings) throws IOException {
    long start = System.nanoTime();
    new UpscaleJob(context)
        .run(new UpscaleJob.Request(model.toString(), input, input + "-out", settings));
    return (System.nanoTime() - start) / 1e9;
  }

  private static List<Double> network(Path model, Precision precision) throws IOException {
    TorchThreads.use(THREADS);
    List<Double> seconds = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager()) {
      SuperResolutionNetwork network =
          ModelFolder.load(new LocalFileStore(), model.toString(), precision, manager);
      float[] lr = new float[3 * WIDTH * HEIGHT];
      // The first warms up.
      for (int i = 0; i <= NETWORK_RUNS; i++) {
        long start = System.nanoTime();
        try (NDManager scope = manager.newSubManager()) {
          NDArray input = scope.create(FloatBuffer.wrap(lr), new Shape(1, 3, HEIGHT, WIDTH));
          network.forward(input, false);
        }
        if (i > 0) {
          seconds.add((System.nanoTime() - start) / 1e9);
        }
      }
    }
    return seconds;
  }
}
