package io.sparksr.jobs;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.image.RgbImage;
import io.sparksr.inference.TiledUpscaler;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.nn.TorchThreads;
import java.io.IOException;
import org.apache.spark.api.java.JavaSparkContext;

/** How long images will take, by the time that this machine needs for one piece of them. */
final class UpscaleEstimate {
  private static final int SIDE = 96;
  private static final int REPEATS = 3;

  private final JobContext context;
  private final String model;
  private final UpscaleSettings settings;

  UpscaleEstimate(JobContext context, String model, UpscaleSettings settings) {
    this.context = context;
    this.model = model;
    this.settings = settings;
  }

  /** Seconds on all slots for so many LR pixels; 0 for none. */
  double seconds(long pixels) throws IOException {
    if (pixels == 0) {
      return 0;
    }
    JavaSparkContext spark = context.spark();
    int slots = Math.max(1, Slots.await(spark, spark.defaultParallelism()));
    TorchThreads.use(settings.threads() > 0 ? settings.threads() : Slots.cores(spark, slots));
    try (NDManager manager = NDManager.newBaseManager()) {
      SuperResolutionNetwork network =
          ModelFolder.load(context.files(), model, settings.precision().resolve(), manager);
      TiledUpscaler upscaler = new TiledUpscaler(network, manager, SIDE, 1);
      RgbImage piece = new RgbImage(SIDE, SIDE, new byte[SIDE * SIDE * RgbImage.CHANNELS]);
      long best = Long.MAX_VALUE;
      for (int i = 0; i < REPEATS; i++) {
        long start = System.nanoTime();
        upscaler.upscale(piece);
        best = Math.min(best, System.nanoTime() - start);
      }
      return best / 1e9 * pixels / (SIDE * SIDE) / slots;
    }
  }
}
