package io.sparksr.jobs;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileStore;
import io.sparksr.evaluation.Comparison;
import io.sparksr.evaluation.EvaluationProtocol;
import io.sparksr.evaluation.EvaluationProtocols;
import io.sparksr.evaluation.FloatImage;
import io.sparksr.evaluation.Metric;
import io.sparksr.evaluation.MetricInputs;
import io.sparksr.evaluation.Metrics;
import io.sparksr.evaluation.Score;
import io.sparksr.evaluation.SourceColour;
import io.sparksr.evaluation.report.EvaluationReport.ImageScore;
import io.sparksr.evaluation.report.FurtherScores;
import io.sparksr.inference.TiledUpscaler;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Scores images under every protocol with every model. Models are loaded when they are first
 * needed. For one thread at a time.
 */
final class ScoreImage {
  private static final int TILES_AT_ONCE = 1;
  private static final Set<String> GRAY_MODES = Set.of("1", "L", "LA", "I;16");

  private final FileStore files;
  private final NDManager manager;
  private final EvaluatePlan plan;
  private final List<EvaluationProtocol> protocols;
  private final Map<String, Metric> further = new LinkedHashMap<>();
  private final Map<String, TiledUpscaler> upscalers = new LinkedHashMap<>();

  /**
   * A scorer.
   *
   * @param manager holds the models; stays the caller's
   */
  ScoreImage(FileStore files, NDManager manager, EvaluatePlan plan) throws IOException {
    this.files = files;
    this.manager = manager;
    this.plan = plan;
    this.protocols =
        plan.settings().protocols().stream()
            .map(name -> EvaluationProtocols.named(name, plan.scale()))
            .toList();
    EvaluateSettings settings = plan.settings();
    MetricInputs inputs =
        settings.onFeatures()
            ? new MetricInputs(
                Optional.of(VggExtractor.read(files, settings.vgg19Weights(), manager)))
            : MetricInputs.NONE;
    settings.furtherMetrics().forEach(name -> further.put(name, Metrics.named(name, inputs)));
  }

  /**
   * Scores an image.
   *
   * @throws ImageException if it is broken, or too small for one of the protocols
   */
  EvaluateTask.Scored score(EvaluateTask.Item item) throws IOException, ImageException {
    byte[] file = files.readBytes(item.uri());
    ImageDecoder decoder = new ImageDecoder(plan.settings().maxPixels());
    RgbImage image = decoder.decode(file);
    SourceColour colour =
        GRAY_MODES.contains(decoder.header(file).mode()) ? SourceColour.GRAY : SourceColour.COLOUR;
    for (EvaluationProtocol protocol : protocols) {
      requireSize(image, protocol);
    }
    Optional<RgbImage> given =
        item.lr().present()
            ? Optional.of(decoder.decode(files.readBytes(item.lr().uri())))
            : Optional.empty();
    List<ImageScore> scores = new ArrayList<>();
    List<FurtherScores.Value> values = new ArrayList<>();
    List<StripPictures> strips = new ArrayList<>();
    for (EvaluationProtocol protocol : protocols) {
      RgbImage hr =
          given.isPresent()
              ? item.lr().cropHr(image, given.get(), plan.scale(), item.uri())
              : protocol.cropHr(image);
      RgbImage lr = given.isPresent() ? given.get() : protocol.reduce(hr);
      // The pictures of other protocols would look the same.
      boolean shown = item.shown() && protocol == protocols.get(0);
      StripPictures strip = StripPictures.of(item, protocol.name(), lr, hr);
      for (ModelRef.Remote model : plan.models()) {
        FloatImage sr = enlarge(model, protocol, lr);
        Comparison comparison = new Comparison(protocol, lr, hr, sr, colour);
        Score score = comparison.score();
        ImageScore row =
            ImageScore.of(model.name(), item.set(), protocol.name(), item.image(), score);
        scores.add(row);
        further.forEach((name, metric) -> values.add(value(row, name, metric.of(comparison))));
        if (shown) {
          strip = strip.with(model.name(), sr.toRgb(), score);
        }
      }
      if (shown) {
        strips.add(strip);
      }
    }
    return new EvaluateTask.Scored(scores, values, strips, List.of());
  }

  private static FurtherScores.Value value(ImageScore row, String metric, double value) {
    return new FurtherScores.Value(
        row.model(), row.set(), row.protocol(), row.image(), metric, value);
  }

  private static void requireSize(RgbImage image, EvaluationProtocol protocol)
      throws ImageException {
    if (Math.min(image.width(), image.height()) < protocol.minimumSide()) {
      throw new ImageException(
          Reason.TOO_SMALL,
          "%dx%d, protocol '%s' needs %d pixels"
              .formatted(image.width(), image.height(), protocol.name(), protocol.minimumSide()));
    }
  }

  private FloatImage enlarge(ModelRef.Remote model, EvaluationProtocol protocol, RgbImage lr)
      throws IOException {
    if (model.folder().isEmpty()) {
      return FloatImage.of(Interpolations.enlarge(model.name(), protocol, lr).orElseThrow());
    }
    TiledUpscaler upscaler = upscaler(model);
    int scale = upscaler.scale();
    return new FloatImage(lr.width() * scale, lr.height() * scale, upscaler.upscale(lr));
  }

  private TiledUpscaler upscaler(ModelRef.Remote model) throws IOException {
    TiledUpscaler upscaler = upscalers.get(model.name());
    if (upscaler == null) {
      upscaler =
          new TiledUpscaler(
              ModelFolder.load(files, model.folder(), Precision.FP32, manager),
              manager,
              plan.settings().tileSize(),
              TILES_AT_ONCE);
      upscalers.put(model.name(), upscaler);
    }
    return upscaler;
  }
}
