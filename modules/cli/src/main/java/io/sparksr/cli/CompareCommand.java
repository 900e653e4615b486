package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.core.config.ResolvedConfig;
import io.sparksr.jobs.CompareJob;
import io.sparksr.jobs.CompareJob.Crop;
import io.sparksr.jobs.CompareJob.Source;
import io.sparksr.jobs.EvaluateSettings;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code compare}: one image and several models to a labelled picture. */
@Command(
    name = "compare",
    description = "Draws the original, bicubic and models' results side by side, with scores.")
final class CompareCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Images images;

  @Option(
      names = "--model",
      paramLabel = "[NAME=]URI",
      arity = "1..*",
      required = true,
      description = "Runs, checkpoints or model folders, each a panel after bicubic's.")
  private List<String> models;

  @Option(
      names = "--output",
      paramLabel = "FILE.png",
      required = true,
      description = "The picture to make (file, hdfs, s3a).")
  private String output;

  @Option(names = "--halve", description = "Halves the sides of HR first, by Lanczos.")
  private boolean halve;

  @Option(
      names = "--crop",
      paramLabel = "X,Y,W,H",
      converter = CropConverter.class,
      description = "Shows this part of all panels, in HR pixels. Scores stay the whole image's.")
  private Crop crop;

  @Option(
      names = "--zoom",
      paramLabel = "K",
      defaultValue = "1",
      description = "Draws each pixel K times as wide and high.")
  private int zoom;

  /** Where the pixels come from. */
  private static final class Images {
    @Option(
        names = "--image",
        paramLabel = "URI",
        required = true,
        description = "The original (HR); it is reduced by the models' scale, and that enlarged.")
    private String hr;

    @Option(
        names = "--input",
        paramLabel = "URI",
        required = true,
        description = "An image to enlarge, where there is no original: no scores.")
    private String lr;
  }

  /**
   * Draws and prints the scores.
   *
   * @throws UserException (configuration or input) what the user has to mend
   */
  @Override
  public Integer call() throws IOException {
    // Before the first use of fonts: they need no screen, and the one in DISPLAY may be gone.
    System.setProperty("java.awt.headless", "true");
    if (halve && images.hr == null) {
      throw UserException.configuration(
          "--halve: halves the original, and --input names none. Name it with --image instead");
    }
    ResolvedConfig config = common.load();
    Source original = halve ? Source.HALVED_HR : Source.HR;
    CompareJob.Request request =
        new CompareJob.Request(
            images.hr == null ? images.lr : images.hr,
            images.hr == null ? Source.LR : original,
            models,
            output,
            Optional.ofNullable(crop),
            zoom,
            config.bind("evaluate", EvaluateSettings.class));
    try (SparkContexts spark = SparkContexts.open("compare", common, config, "evaluate")) {
      CompareJob.Result result = new CompareJob(spark.jobContext()).run(request);
      Results results = new Results(spec);
      if (images.hr != null) {
        results.table(table(result));
      }
      results.path("picture", output);
    }
    return 0;
  }

  private static TextTable table(CompareJob.Result result) {
    TextTable table = new TextTable("model", "PSNR dB", "SSIM");
    for (CompareJob.Enlarged model : result.models()) {
      model
          .score()
          .ifPresent(
              score ->
                  table.row(
                      model.name(),
                      String.format(Locale.ROOT, "%.3f", score.psnr()),
                      String.format(Locale.ROOT, "%.4f", score.ssim())));
    }
    return table;
  }

  /** Reads {@code x,y,width,height}. */
  private static final class CropConverter implements ITypeConverter<Crop> {
    private static final Pattern FORM =
        Pattern.compile("(\\d{1,9}),(\\d{1,9}),(\\d{1,9}),(\\d{1,9})");

    @Override
    public Crop convert(String text) {
      Matcher parts = FORM.matcher(text);
      if (!parts.matches()) {
        throw new TypeConversionException(
            "'" + text + "' must have the form x,y,width,height, in whole pixels");
      }
      return new Crop(
          Integer.parseInt(parts.group(1)),
          Integer.parseInt(parts.group(2)),
          Integer.parseInt(parts.group(3)),
          Integer.parseInt(parts.group(4)));
    }
  }
}
