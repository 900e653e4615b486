package io.sparksr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.core.image.BicubicResampler;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.LanczosResampler;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.LocalFileStore;
import io.sparksr.evaluation.report.EvaluationReport;
import io.sparksr.nn.ModelDescription;
import io.sparksr.nn.NetworkSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code compare} with a model that was trained for two steps. */
class CompareIT {
  private static final int MARGIN = 21;

  @TempDir private static Path root;
  private static Path run;
  private static Path photo;
  private static RgbImage image;

  @BeforeAll
  static void trainedModel() throws IOException, ImageException {
    Cli quickstart =
        Cli.run(
            "quickstart",
            "--dir",
            root.resolve("quick").toString(),
            "-Dsynthesize.count=3",
            "-Dsynthesize.width=150",
            "-Dsynthesize.height=121",
            "-Dsynthesize.format=png",
            "-Dsynthesize.objects=60",
            "-Dshard.crops-per-image=4",
            "-Dnetwork.channels=4",
            "-Dnetwork.blocks=1",
            "-Dtrain.replicas=1",
            "-Dtrain.global-batch=2",
            "-Dtrain.steps=2",
            "-Dtrain.precision=fp32",
            "-Devaluate.pictures=0",
            "--master",
            "local[2]");
    assertThat(quickstart.err()).isEmpty();
    run = root.resolve("quick/run");
    photo = root.resolve("quick/images/leaves-00001.png");
    image = read(photo);
  }

  @Test
  void theGridShowsHrBicubicAndModelsWithTheScoresOfAnEvaluation()
      throws IOException, ImageException {
    Cli cli = compare("block.png", "--image", photo, "--model", "a=" + run, "b=" + run);

    assertThat(cli.err()).isEmpty();
    assertThat(cli.code()).isZero();
    RgbImage hr = image.crop(1, 0, 148, 120);
    RgbImage bicubic = BicubicResampler.resize(BicubicResampler.resize(hr, 37, 30), 148, 120);
    RgbImage grid = read(root.resolve("block.png"));
    assertThat(grid.width()).isEqualTo(3 * MARGIN + 2 * 148);
    assertThat(grid.crop(MARGIN, MARGIN, 148, 120)).isEqualTo(hr);
    assertThat(grid.crop(2 * MARGIN + 148, MARGIN, 148, 120)).isEqualTo(bicubic);
    int secondRow = (grid.height() - MARGIN) / 2 + MARGIN;
    RgbImage sr = grid.crop(MARGIN, secondRow, 148, 120);
    assertThat(sr).isNotEqualTo(bicubic);
    assertThat(grid.crop(2 * MARGIN + 148, secondRow, 148, 120)).isEqualTo(sr);

    Path set = Files.createDirectories(root.resolve("set"));
    Files.copy(photo, set.resolve("photo.png"));
    Path report = root.resolve("report");
    Cli evaluate =
        Cli.run(
            "evaluate",
            "--model",
            "bicubic",
            "a=" + run,
            "--set",
            set.toString(),
            "--output",
            report.toString(),
            "--master",
            "local[2]");
    assertThat(evaluate.code()).isZero();
    List<EvaluationReport.Result> expected =
        EvaluationReport.parse(Files.readAllBytes(report.resolve("report.json")), "report.json")
            .results();
    assertThat(rows(cli))
        .containsExactly(
            row("bicubic", expected.get(0)), row("a", expected.get(1)), row("b", expected.get(1)));
  }

  @Test
  void cropAndZoomShowAPartOfEveryPanelWithTheWholeImagesScores()
      throws IOException, ImageException {
    Cli whole = compare("whole.png", "--image", photo, "--model", "a=" + run);
    Cli part =
        compare(
            "part.png",
            "--image",
            photo,
            "--model",
            "a=" + run,
            "--crop",
            "10,20,60,30",
            "--zoom",
            "2");

    assertThat(part.err()).isEmpty();
    assertThat(rows(part)).isEqualTo(rows(whole)).hasSize(2);
    RgbImage full = read(root.resolve("whole.png"));
    RgbImage grid = read(root.resolve("part.png"));
    assertThat(grid.width()).isEqualTo(4 * MARGIN + 3 * 120);
    for (int panel = 0; panel < 3; panel++) {
      int left = MARGIN + panel * (MARGIN + 148) + 10;
      RgbImage expected = full.crop(left, MARGIN + 20, 60, 30);
      RgbImage shown = grid.crop(MARGIN + panel * (MARGIN + 120), MARGIN, 120, 60);
      for (int i = 0; i < 120 * 60; i++) {
        int x = i % 120;
        int y = i / 120;
        assertThat(shown.value(x, y, 1)).isEqualTo(expected.value(x / 2, y / 2, 1));
      }
    }
  }

  @Test
  void halveReducesHrByLanczosFirst() throws IOException, ImageException {
    Cli cli = compare("half.png", "--image", photo, "--model", "a=" + run, "--halve");

    assertThat(cli.err()).isEmpty();
    RgbImage hr = LanczosResampler.resize(image, 75, 60).crop(1, 0, 72, 60);
    RgbImage grid = read(root.resolve("half.png"));
    // The legend is wider than the panel, which stands in the middle of its cell.
    int left = (grid.width() - 4 * MARGIN) / 3 / 2 - 36 + MARGIN;
    assertThat(grid.crop(left, MARGIN, 72, 60)).isEqualTo(hr);
  }

  @Test
  void anInputWithoutOriginalHasBicubicAndModelsButNoScores() throws IOException, ImageException {
    Cli cli = compare("lr.png", "--input", photo, "--model", "a=" + run, "--crop", "0,0,200,90");

    assertThat(cli.err()).isEmpty();
    assertThat(cli.out()).isEqualTo("picture: " + root.resolve("lr.png") + "\n");
    RgbImage grid = read(root.resolve("lr.png"));
    assertThat(grid.width()).isEqualTo(3 * MARGIN + 2 * 200);
    assertThat(grid.crop(MARGIN, MARGIN, 200, 90))
        .isEqualTo(BicubicResampler.resize(image, 600, 484).crop(0, 0, 200, 90));
  }

  @Test
  void wrongUsageIsOneLineAndExitCodeTwo() throws IOException {
    String model = "a=" + run;
    assertRefused(2, "mutually exclusive", "--image", photo, "--input", photo, "--model", model);
    assertRefused(2, "--image=URI | --input=URI", "--model", model);
    assertRefused(2, "--halve: ", "--input", photo, "--model", model, "--halve");
    assertRefused(
        2,
        "--crop: 100,0,49,10 does not lie within the panels of 148x120 pixels",
        "--image",
        photo,
        "--model",
        model,
        "--crop",
        "100,0,49,10");
    assertRefused(
        2, "--crop: 0,0,0,5 does not", "--image", photo, "--model", model, "--crop", "0,0,0,5");
    assertRefused(
        2, "'1,2,3' must have the form", "--image", photo, "--model", model, "--crop", "1,2,3");
    assertRefused(2, "--zoom: must be at", "--image", photo, "--model", model, "--zoom", "0");
    assertRefused(2, "two are called 'a'", "--image", photo, "--model", model, model);
    assertRefused(2, "bicubic is shown anyway", "--image", photo, "--model", "bicubic");
    assertRefused(
        2, "different factors [4, 2]", "--image", photo, "--model", model, "x2=" + otherScale());
    Cli jpeg = compare("grid.jpg", "--image", photo, "--model", model);
    assertThat(jpeg.code()).isEqualTo(2);
    assertThat(jpeg.err()).startsWith("error: --output: must end in .png, got ");
  }

  @Test
  void unusableImagesAreOneLineAndExitCodeThree() throws IOException {
    String model = "a=" + run;
    Path missing = root.resolve("missing.png");
    Path broken = Files.write(root.resolve("broken.png"), new byte[] {1, 2, 3});
    Path small = root.resolve("small.png");
    Files.write(small, ImageEncoder.png(image.crop(0, 0, 30, 31)));
    assertRefused(3, missing + ": not found", "--image", missing, "--model", model);
    assertRefused(3, root + ": is a folder", "--input", root, "--model", model);
    assertRefused(3, broken + ": not-an-image", "--image", broken, "--model", model);
    assertRefused(3, small + ": 15x15 pixels", "--image", small, "--model", model, "--halve");
    assertRefused(3, missing + ": not found", "--image", photo, "--model", "m=" + missing);
    Cli itself = compare("quick/images/leaves-00001.png", "--image", photo, "--model", model);
    assertThat(itself.code()).isEqualTo(3);
    assertThat(itself.err()).contains("is the image itself");
  }

  /** A folder that describes a model of scale 2. */
  private static Path otherScale() throws IOException {
    Path folder = Files.createDirectories(root.resolve("x2"));
    ModelDescription description =
        ModelDescription.of(new NetworkSettings("msrresnet", 4, 1, 3, 3, 2), 0);
    new LocalFileStore()
        .writeBytes(folder.resolve("model.json").toString(), JsonCodec.document(description));
    Files.write(folder.resolve("model.safetensors"), new byte[8]);
    return folder;
  }

  private static void assertRefused(int code, String message, Object... arguments) {
    Cli cli = compare("never.png", arguments);
    assertThat(cli.err().lines())
        .singleElement()
        .asString()
        .startsWith("error: ")
        .contains(message);
    assertThat(cli.code()).isEqualTo(code);
    assertThat(cli.out()).isEmpty();
    assertThat(root.resolve("never.png")).doesNotExist();
  }

  private static Cli compare(String output, Object... arguments) {
    List<String> all = new ArrayList<>(List.of("compare"));
    for (Object argument : arguments) {
      all.add(argument.toString());
    }
    all.addAll(List.of("--output", root.resolve(output).toString(), "--master", "local[2]"));
    return Cli.run(all.toArray(String[]::new));
  }

  private static List<String> rows(Cli cli) {
    return cli.out().lines().skip(2).takeWhile(line -> !line.isBlank()).toList().stream()
        .map(line -> line.replaceAll(" +", " "))
        .toList();
  }

  private static String row(String name, EvaluationReport.Result expected) {
    return String.format(Locale.ROOT, "%s %.3f %.4f", name, expected.psnr(), expected.ssim());
  }

  private static RgbImage read(Path path) throws IOException, ImageException {
    return new ImageDecoder(1 << 24).decode(Files.readAllBytes(path));
  }
}
