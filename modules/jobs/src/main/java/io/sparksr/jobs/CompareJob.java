package io.sparksr.jobs;

import ai.djl.ndarray.NDManager;
import io.sparksr.core.UserException;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileEntry;
import io.sparksr.evaluation.EvaluationProtocol;
import io.sparksr.evaluation.EvaluationProtocols;
import io.sparksr.evaluation.FloatImage;
import io.sparksr.evaluation.Score;
import io.sparksr.evaluation.report.ComparisonGrid;
import io.sparksr.evaluation.report.ComparisonGrid.Panel;
import io.sparksr.inference.TiledUpscaler;
import io.sparksr.nn.ModelFolder;
import io.sparksr.nn.Precision;
import io.sparksr.nn.TorchThreads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Draws one image as several models enlarge it, beside the original and bicubic interpolation, with
 * scores by the tutorial's protocol. Runs on the driver.
 */
public final class CompareJob {
  private static final String PROTOCOL = "tutorial";
  private static final String PNG = ".png";
  private static final int TILES_AT_ONCE = 1;

  private final JobContext context;
  private final HadoopFileStore files;

  /** A job on a Spark context. */
  public CompareJob(JobContext context) {
    this.context = context;
    this.files = context.files();
  }

  /** What the image is. */
  public enum Source {
    /** The truth: it is reduced, and the models enlarge that. */
    HR,
    /** The truth once it is reduced to half its sides by Lanczos, as the tutorial offers. */
    HALVED_HR,
    /** What the models enlarge; there is no truth, and there are no scores. */
    LR
  }

  /**
   * A part of the panels in HR pixels, that is, in those of the models' output.
   *
   * @param left of its first column
   * @param top of its first row
   * @param width at least 1
   * @param height at least 1
   */
  public record Crop(int left, int top, int width, int height) {}

  /**
   * What to draw.
   *
   * @param image URI of the image
   * @param source what it is
   * @param models URIs of runs, checkpoints or model folders, possibly with {@code NAME=}
   * @param output URI of the picture, ending in {@code .png}; replaced if it exists
   * @param crop the part to show; scores are of the whole image all the same
   * @param zoom how many pixels wide and high each pixel is drawn
   * @param settings limits and tiles
   */
  public record Request(
      String image,
      Source source,
      List<String> models,
      String output,
      Optional<Crop> crop,
      int zoom,
      EvaluateSettings settings) {}

  /**
   * What was drawn.
   *
   * @param models bicubic and the models with their scores, in order
   * @param width of the picture
   * @param height of the picture
   */
  public record Result(List<Enlarged> models, int width, int height) {}

  /**
   * A model's result.
   *
   * @param name in the picture
   * @param score of the whole image; empty without HR
   */
  public record Enlarged(String name, Optional<Score> score) {}

  /**
   * Draws.
   *
   * @throws UserException if the image or a model is missing or broken, models differ in scale, or
   *     the crop leaves the image
   */
  public Result run(Request request) throws IOException {
    refuseOutput(request);
    ComparisonGrid grid = new ComparisonGrid(request.zoom());
    List<ModelRef> models = ModelRef.resolveAll(files, request.models());
    if (models.stream()
        .anyMatch(model -> model.builtIn() || model.name().equals(Interpolations.BICUBIC))) {
      throw UserException.configuration(
          "--model: bicubic is shown anyway, and other built-in models are not. Name runs or model"
              + " folders, NAME=URI");
    }
    EvaluationProtocol protocol = EvaluationProtocols.named(PROTOCOL, ModelRef.commonScale(models));
    ComparedPair pair = ComparedPair.read(files, request, protocol);
    refuseCrop(request, pair.lr(), protocol.scale());
    List<Panel> panels = new ArrayList<>();
    pair.hr().ifPresent(hr -> panels.add(new Panel("HR", shown(hr, request), Optional.empty())));
    List<Panel> enlarged = enlarge(request, pair, protocol, models);
    panels.addAll(enlarged);
    RgbImage picture = grid.draw(panels);
    files.writeBytes(request.output(), ImageEncoder.png(picture));
    return new Result(
        enlarged.stream().map(panel -> new Enlarged(panel.name(), panel.score())).toList(),
        picture.width(),
        picture.height());
  }

  private List<Panel> enlarge(
      Request request, ComparedPair pair, EvaluationProtocol protocol, List<ModelRef> models)
      throws IOException {
    List<Panel> panels = new ArrayList<>();
    RgbImage lr = pair.lr();
    FloatImage bicubic = FloatImage.of(protocol.enlarge(lr));
    panels.add(panel(Interpolations.BICUBIC, bicubic, request, pair, protocol));
    TorchThreads.use(Slots.cores(context.spark(), 1));
    for (ModelRef model : models) {
      try (NDManager manager = NDManager.newBaseManager()) {
        TiledUpscaler upscaler =
            new TiledUpscaler(
                ModelFolder.load(files, model.folder(), Precision.FP32, manager),
                manager,
                request.settings().tileSize(),
                TILES_AT_ONCE);
        FloatImage sr = new FloatImage(bicubic.width(), bicubic.height(), upscaler.upscale(lr));
        panels.add(panel(model.name(), sr, request, pair, protocol));
      }
    }
    return panels;
  }

  private static Panel panel(
      String name, FloatImage sr, Request request, ComparedPair pair, EvaluationProtocol protocol) {
    return new Panel(name, shown(sr.toRgb(), request), pair.hr().map(hr -> protocol.score(hr, sr)));
  }

  private static RgbImage shown(RgbImage picture, Request request) {
    return request
        .crop()
        .map(crop -> picture.crop(crop.left(), crop.top(), crop.width(), crop.height()))
        .orElse(picture);
  }

  private static void refuseCrop(Request request, RgbImage lr, int scale) {
    int width = lr.width() * scale;
    int height = lr.height() * scale;
    request
        .crop()
        .filter(
            crop ->
                Math.min(crop.left(), crop.top()) < 0
                    || Math.min(crop.width(), crop.height()) < 1
                    || crop.width() > width - crop.left()
                    || crop.height() > height - crop.top())
        .ifPresent(
            crop -> {
              throw UserException.configuration(
                  ("--crop: %d,%d,%d,%d does not lie within the panels of %dx%d pixels. Choose"
                          + " a part of them as x,y,width,height")
                      .formatted(
                          crop.left(), crop.top(), crop.width(), crop.height(), width, height));
            });
  }

  private void refuseOutput(Request request) throws IOException {
    String output = request.output();
    if (!output.endsWith(PNG)) {
      throw UserException.configuration("--output: must end in .png, got " + output);
    }
    Optional<FileEntry> there = files.status(output);
    if (there.isPresent() && there.get().directory()) {
      throw UserException.input(output + ": is a folder. Name a file as --output");
    }
    Optional<FileEntry> image = files.status(request.image());
    if (there.isPresent() && there.get().uri().equals(image.map(FileEntry::uri).orElse(""))) {
      throw UserException.input(output + ": is the image itself. Name another file as --output");
    }
  }
}
