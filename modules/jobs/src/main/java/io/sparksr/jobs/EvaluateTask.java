package io.sparksr.jobs;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageHeader;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileStore;
import io.sparksr.evaluation.EvaluationProtocol;
import io.sparksr.evaluation.EvaluationProtocols;
import io.sparksr.evaluation.FloatImage;
import io.sparksr.evaluation.NearestEnlarger;
import io.sparksr.evaluation.Score;
import io.sparksr.evaluation.SourceColour;
import io.sparksr.evaluation.report.EvaluationReport.ImageScore;
import io.sparksr.inference.TiledUpscaler;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.Precision;
import io.sparksr.nn.TorchThreads;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.LongAccumulator;

/** Scores the images of one partition under every protocol with every model. */
record EvaluateTask(
    RemoteFiles remoteFiles,
    List<ModelRef.Remote> models,
    int scale,
    EvaluateSettings settings,
    int threads,
    LongAccumulator counter)
    implements FlatMapFunction<Iterator<EvaluateTask.Item>, EvaluateTask.Scored> {
  private static final int TILES_AT_ONCE = 1;
  private static final Set<String> GRAY_MODES = Set.of("1", "L", "LA", "I;16");

  /** An image to score; {@code shown}: whether the report shows it. */
  record Item(String set, String image, String uri, boolean shown) implements Serializable {}

  /** The scores of an image, and its pictures if it is shown. */
  record Scored(List<ImageScore> scores, List<StripPictures> strips) implements Serializable {}

  @Override
  public Iterator<Scored> call(Iterator<Item> items) throws IOException {
    FileStore files = remoteFiles.store();
    TorchThreads.use(threads);
    List<Scored> scored = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, TiledUpscaler> upscalers = new LinkedHashMap<>();
      for (ModelRef.Remote model : models) {
        if (!model.folder().isEmpty()) {
          upscalers.put(
              model.name(),
              new TiledUpscaler(
                  ModelFolder.load(files, model.folder(), Precision.FP32, manager),
                  manager,
                  settings.tileSize(),
                  TILES_AT_ONCE));
        }
      }
      while (items.hasNext()) {
        scored.add(score(files, items.next(), upscalers));
        counter.add(1);
      }
    }
    return scored.iterator();
  }

  private Scored score(FileStore files, Item item, Map<String, TiledUpscaler> upscalers)
      throws IOException {
    byte[] file = files.readBytes(item.uri());
    RgbImage image;
    SourceColour colour;
    try {
      ImageDecoder decoder = new ImageDecoder(settings.maxPixels());
      image = decoder.decode(file);
      ImageHeader header = decoder.header(file);
      colour = GRAY_MODES.contains(header.mode()) ? SourceColour.GRAY : SourceColour.COLOUR;
    } catch (ImageException e) {
      throw UserException.input(
          item.uri()
              + ": "
              + e.reason().label()
              + " ("
              + e.getMessage()
              + "). Every image of a set must be readable: mend or remove it",
          e);
    }
    List<ImageScore> scores = new ArrayList<>();
    List<StripPictures> strips = new ArrayList<>();
    for (String name : settings.protocols()) {
      EvaluationProtocol protocol = EvaluationProtocols.named(name, scale);
      if (Math.min(image.width(), image.height()) < protocol.minimumSide()) {
        throw UserException.input(
            item.uri()
                + ": is smaller than the "
                + protocol.minimumSide()
                + " pixels that protocol '"
                + name
                + "' needs. Remove it");
      }
      RgbImage hr = protocol.cropHr(image);
      RgbImage lr = protocol.reduce(hr);
      // The pictures of other protocols would look the same.
      boolean shown = item.shown() && name.equals(settings.protocols().get(0));
      StripPictures strip = StripPictures.of(item, name, lr, hr);
      for (ModelRef.Remote model : models) {
        FloatImage sr =
            model.folder().isEmpty()
                ? FloatImage.of(interpolate(model.name(), protocol, lr))
                : new FloatImage(hr.width(), hr.height(), upscalers.get(model.name()).upscale(lr));
        Score score = protocol.score(hr, sr, colour);
        scores.add(ImageScore.of(model.name(), item.set(), name, item.image(), score));
        if (shown) {
          strip = strip.with(model.name(), sr.toRgb(), score);
        }
      }
      if (shown) {
        strips.add(strip);
      }
    }
    return new Scored(scores, strips);
  }

  private static RgbImage interpolate(String name, EvaluationProtocol protocol, RgbImage lr) {
    return name.equals(ModelRef.NEAREST)
        ? NearestEnlarger.enlarge(lr, protocol.scale())
        : protocol.enlarge(lr);
  }
}
