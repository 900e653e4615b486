package io.sparksr.jobs;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Sha256;
import io.sparksr.core.io.Uris;
import io.sparksr.inference.TiledUpscaler;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.TorchThreads;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Enlarges the images of one partition. */
record UpscaleTask(
    RemoteFiles remoteFiles,
    String modelFolder,
    String outputFolder,
    UpscaleSettings settings,
    int threads,
    LongAccumulator counter,
    LatestText tiles)
    implements FlatMapFunction<Iterator<UpscaleTask.Item>, UpscaleManifest.Entry> {
  private static final Logger LOG = LoggerFactory.getLogger(UpscaleTask.class);

  /** An input and the path of its output. */
  record Item(String uri, String output, long bytes, long modifiedMillis) implements Serializable {}

  @Override
  public Iterator<UpscaleManifest.Entry> call(Iterator<Item> items) throws IOException {
    FileStore files = remoteFiles.store();
    TorchThreads.use(threads);
    List<UpscaleManifest.Entry> entries = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager()) {
      TiledUpscaler upscaler =
          new TiledUpscaler(
              ModelFolder.load(files, modelFolder, settings.precision().resolve(), manager),
              manager,
              settings.tileSize(),
              settings.batchSize());
      while (items.hasNext()) {
        Item item = items.next();
        long start = System.nanoTime();
        try {
          entries.add(upscale(files, upscaler, item, start));
        } catch (ImageException e) {
          String reason = e.reason().label() + " (" + e.getMessage() + ")";
          LOG.warn("{} is not enlarged: {}", item.uri(), reason);
          entries.add(
              new UpscaleManifest.Entry(
                  item.uri(),
                  item.bytes(),
                  "",
                  0,
                  0,
                  0,
                  "",
                  millis(start),
                  UpscaleManifest.Status.FAILED,
                  reason));
        }
        counter.add(1);
      }
    }
    return entries.iterator();
  }

  private UpscaleManifest.Entry upscale(
      FileStore files, TiledUpscaler upscaler, Item item, long start)
      throws IOException, ImageException {
    RgbImage lr = new ImageDecoder(settings.maxPixels()).decode(files.readBytes(item.uri()));
    if ((long) lr.width() * lr.height() * upscaler.scale() * upscaler.scale() * RgbImage.CHANNELS
        > Integer.MAX_VALUE - 8) {
      throw new ImageException(
          ImageException.Reason.TOO_LARGE,
          lr.width()
              + "x"
              + lr.height()
              + " enlarged "
              + upscaler.scale()
              + " times is more than one image may hold");
    }
    RgbImage sr =
        upscaler.upscaleToRgb(
            lr,
            (done, total) -> tiles.add(Uris.name(item.uri()) + ": tile " + done + " of " + total));
    byte[] png = ImageEncoder.png(sr);
    files.writeBytes(Uris.child(outputFolder, item.output()), png);
    return new UpscaleManifest.Entry(
        item.uri(),
        item.bytes(),
        item.output(),
        sr.width(),
        sr.height(),
        png.length,
        Sha256.of(png),
        millis(start),
        UpscaleManifest.Status.DONE,
        "");
  }

  private static long millis(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }
}
