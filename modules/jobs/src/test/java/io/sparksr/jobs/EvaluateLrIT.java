package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.LanczosResampler;
import io.sparksr.core.image.RgbImage;
import io.sparksr.evaluation.EvaluationProtocol;
import io.sparksr.evaluation.EvaluationProtocols;
import io.sparksr.evaluation.FloatImage;
import io.sparksr.evaluation.Metrics;
import io.sparksr.evaluation.report.EvaluationReport.ImageScore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluation with LR images that are given, and by built-in interpolations. */
class EvaluateLrIT {
  private static final EvaluationProtocol TUTORIAL = EvaluationProtocols.named("tutorial", 4);

  private static JavaSparkContext spark;

  @TempDir private Path root;

  @BeforeAll
  static void startSpark() {
    spark = LocalSpark.start("local[2]", new SparkConf());
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @BeforeEach
  void makeSet() throws IOException {
    Photos.png(root.resolve("set/a.png"), 1, 43, 38);
  }

  @Test
  void givenLrIsWhatIsEnlargedAndHrIsCutAtTheRightAndBottom() throws IOException, ImageException {
    RgbImage lr = Photos.image(5, 10, 9);
    Photos.write(root.resolve("lr/ax4.png"), ImageEncoder.png(lr));
    RgbImage hr = decoded("set/a.png").crop(0, 0, 40, 36);

    List<ImageScore> scores = scores(List.of("set=" + root.resolve("lr")), "bicubic");
    assertThat(scores)
        .containsExactly(
            ImageScore.of(
                "bicubic",
                "set",
                "tutorial",
                "a.png",
                TUTORIAL.score(hr, FloatImage.of(TUTORIAL.enlarge(lr)))));
    assertThat(Files.readString(root.resolve("report/report.json")))
        .contains("LR images of set, given");

    Files.delete(root.resolve("lr/ax4.png"));
    RgbImage other = Photos.image(6, 10, 9);
    Photos.write(root.resolve("lr/a.png"), ImageEncoder.png(other));
    assertThat(scores(List.of("set=" + root.resolve("lr")), "bicubic")).isNotEqualTo(scores);
  }

  @Test
  void lanczosIsPillows() throws IOException, ImageException {
    RgbImage hr = TUTORIAL.cropHr(decoded("set/a.png"));
    RgbImage sr = LanczosResampler.resize(TUTORIAL.reduce(hr), hr.width(), hr.height());
    assertThat(scores(List.of(), "lanczos"))
        .containsExactly(
            ImageScore.of(
                "lanczos", "set", "tutorial", "a.png", TUTORIAL.score(hr, FloatImage.of(sr))));
  }

  @Test
  void lrThatDoesNotBelongIsRefusedWithBothNames() throws IOException {
    Path lr = root.resolve("lr/a.png");
    Photos.png(lr, 1, 21, 19);
    assertThatThrownBy(() -> scores(List.of("set=" + root.resolve("lr")), "bicubic"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("lr/a.png: is 21x19, but LR of file:" + root.resolve("set/a.png"))
        .hasMessageContaining("(43x38) at scale 4 is 10x9");

    Files.move(lr, root.resolve("lr/b.png"));
    assertThatThrownBy(() -> scores(List.of("set=" + root.resolve("lr")), "bicubic"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has no LR image of file:")
        .hasMessageEndingWith("It would be named a.* or ax4.*");

    assertThatThrownBy(() -> scores(List.of("Set5=" + root.resolve("lr")), "bicubic"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("names none of the sets [set]");

    Photos.png(root.resolve("lr/a.png"), 1, 10, 9);
    Photos.png(root.resolve("lr/ax4.png"), 1, 10, 9);
    assertThatThrownBy(() -> scores(List.of("set=" + root.resolve("lr")), "bicubic"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("are both LR images of file:");
  }

  private RgbImage decoded(String name) throws IOException, ImageException {
    return new ImageDecoder(1 << 20).decode(Files.readAllBytes(root.resolve(name)));
  }

  private List<ImageScore> scores(List<String> lr, String model) throws IOException {
    return new EvaluateJob(LocalSpark.context(spark))
        .run(
            new EvaluateJob.Request(
                List.of(model),
                List.of(root.resolve("set").toString()),
                lr,
                root.resolve("report").toString(),
                "test",
                List.of(),
                new EvaluateSettings(List.of("tutorial"), Metrics.ALWAYS, 1, 1 << 20, 64, ""),
                BrokenImages.FAIL))
        .report()
        .images();
  }
}
