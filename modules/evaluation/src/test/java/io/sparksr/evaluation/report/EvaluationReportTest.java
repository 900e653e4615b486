package io.sparksr.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.evaluation.report.EvaluationReport.ImageScore;
import io.sparksr.evaluation.report.EvaluationReport.Order;
import io.sparksr.evaluation.report.EvaluationReport.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EvaluationReportTest {
  @Test
  void meansArePerModelSetAndProtocolInTheOrderOfTheUser() {
    assertThat(Reports.report().results())
        .containsExactly(
            new Result("bicubic", "Set5", "tutorial", 2, 28.5, 0.8),
            new Result("bicubic", "Set5", "matlab", 1, 26.5, 0.68),
            new Result("bicubic", "zoo", "tutorial", 1, 25, 0.65),
            new Result("srresnet", "Set5", "tutorial", 2, 30.25, 0.825),
            new Result("srresnet", "zoo", "tutorial", 1, 24.5, 0.7));
  }

  @Test
  void meansAreTheSameBitsInWhicheverOrderRowsArrive() {
    Random random = new Random(1);
    List<ImageScore> rows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      double psnr = 20 + 20 * random.nextDouble();
      rows.add(new ImageScore("bicubic", "Set5", "tutorial", "i" + i, psnr, random.nextDouble()));
    }
    EvaluationReport first = EvaluationReport.of(Reports.ORDER, rows, Reports.provenance());
    for (int i = 0; i < 20; i++) {
      Collections.shuffle(rows, random);
      assertThat(EvaluationReport.of(Reports.ORDER, rows, Reports.provenance())).isEqualTo(first);
    }
  }

  @Test
  void jsonHasTheKeysOfTheContractAndItsAdditions() {
    EvaluationReport report =
        EvaluationReport.of(
            new Order(List.of("m"), List.of("s"), List.of("p")),
            List.of(new ImageScore("m", "s", "p", "i", 27.25, 0.5)),
            Reports.provenance());
    assertThat(JsonCodec.line(report))
        .isEqualTo(
            "{\"results\":[{\"model\":\"m\",\"set\":\"s\",\"protocol\":\"p\",\"images\":1,"
                + "\"psnr\":27.25,\"ssim\":0.5}],"
                + "\"images\":[{\"model\":\"m\",\"set\":\"s\",\"protocol\":\"p\",\"image\":\"i\","
                + "\"psnr\":27.25,\"ssim\":0.5}],"
                + "\"missing\":[],"
                + "\"significance\":{"
                + "\"method\":\"paired bootstrap, percentile interval of the mean\","
                + "\"resamples\":10000,\"confidence\":0.95,\"seed\":1,\"differences\":[]},"
                + "\"further\":{\"results\":[],\"images\":[]},\"scale\":4,"
                + "\"provenance\":{\"version\":\"0.1.0\",\"command\":\"evaluate\","
                + "\"createdAt\":\"2026-01-31T12:00:00Z\","
                + "\"sources\":{\"file:///models/srresnet\":\"ab12\"},"
                + "\"configuration\":\"evaluate{protocols=[tutorial]}\"}}");
  }

  @Test
  void jsonIsReadBackEqual() {
    EvaluationReport report = Reports.report();
    assertThat(EvaluationReport.parse(report.toJson(), "report.json")).isEqualTo(report);
  }

  @Test
  void leftOutImagesAreListedWithSetAndReason() {
    EvaluationReport report =
        Reports.report()
            .withMissing(List.of(new MissingImage("zoo", "ape.png", "truncated (at byte 3)")));
    assertThat(JsonCodec.line(report))
        .contains(
            "\"missing\":[{\"set\":\"zoo\",\"image\":\"ape.png\","
                + "\"reason\":\"truncated (at byte 3)\"}]");
    assertThat(EvaluationReport.parse(report.toJson(), "report.json")).isEqualTo(report);
  }

  @Test
  void aDocumentWithoutTheListOfMissingImagesHasNone() {
    String json = new String(Reports.report().toJson(), StandardCharsets.UTF_8);
    String older = json.replaceFirst("\"missing\" : \\[ \\],", "");
    assertThat(older).isNotEqualTo(json);
    assertThat(EvaluationReport.parse(older.getBytes(StandardCharsets.UTF_8), "report.json"))
        .isEqualTo(Reports.report());
  }

  @Test
  void aDocumentWithoutSignificanceComparesNothing() {
    String json = new String(Reports.report().toJson(), StandardCharsets.UTF_8);
    String older = json.replace("\"significance\"", "\"unknown\"");
    assertThat(
            EvaluationReport.parse(older.getBytes(StandardCharsets.UTF_8), "report.json")
                .significance())
        .isEqualTo(Significance.none());
  }

  @Test
  void furtherMetricsAreAveragedAndSurviveJson() {
    List<FurtherScores.Value> values = new ArrayList<>();
    values.add(new FurtherScores.Value("srresnet", "Set5", "tutorial", "a.png", "lr-psnr", 41));
    values.add(new FurtherScores.Value("bicubic", "Set5", "tutorial", "b.png", "lr-psnr", 34));
    values.add(new FurtherScores.Value("bicubic", "Set5", "tutorial", "a.png", "lr-psnr", 31));
    FurtherScores further = FurtherScores.of(Reports.ORDER, values);
    assertThat(further.results())
        .containsExactly(
            new FurtherScores.Mean("bicubic", "Set5", "tutorial", "lr-psnr", 2, 32.5),
            new FurtherScores.Mean("srresnet", "Set5", "tutorial", "lr-psnr", 1, 41));
    assertThat(further.images())
        .extracting(FurtherScores.Value::value)
        .containsExactly(31d, 34d, 41d);
    EvaluationReport report = Reports.report().withFurther(further).withScale(2);
    assertThat(EvaluationReport.parse(report.toJson(), "report.json")).isEqualTo(report);
  }

  @Test
  void aDocumentWithoutScaleIsOfFourTimes() {
    String json = new String(Reports.report().withScale(2).toJson(), StandardCharsets.UTF_8);
    String older = json.replace("\"scale\"", "\"unknown\"");
    assertThat(
            EvaluationReport.parse(older.getBytes(StandardCharsets.UTF_8), "report.json").scale())
        .isEqualTo(4);
  }

  @Test
  void infinitePsnrSurvivesJson() {
    EvaluationReport report =
        EvaluationReport.of(
            Reports.ORDER,
            List.of(
                new ImageScore(
                    "bicubic", "Set5", "tutorial", "flat.png", Double.POSITIVE_INFINITY, 1)),
            Reports.provenance());
    assertThat(new String(report.toJson(), StandardCharsets.UTF_8))
        .contains("\"psnr\" : \"Infinity\"");
    assertThat(EvaluationReport.parse(report.toJson(), "report.json")).isEqualTo(report);
  }

  @Test
  void anotherDocumentIsTheUsersMistake() {
    assertThatThrownBy(
            () -> EvaluationReport.parse("{}".getBytes(StandardCharsets.UTF_8), "x/report.json"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("x/report.json: not a valid EvaluationReport document");
  }

  @Test
  void anImageScoredTwiceIsRefused() {
    List<ImageScore> rows = new ArrayList<>(Reports.rows());
    rows.add(new ImageScore("bicubic", "Set5", "tutorial", "a.png", 20, 0.5));
    assertThatThrownBy(() -> EvaluationReport.of(Reports.ORDER, rows, Reports.provenance()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("scored twice: ")
        .hasMessageContaining("image=a.png");
  }

  @Test
  void namesOutsideTheOrderAreRefused() {
    List<ImageScore> rows = List.of(new ImageScore("srgan", "Set5", "tutorial", "a.png", 20, 0.5));
    assertThatThrownBy(() -> EvaluationReport.of(Reports.ORDER, withOthers(rows), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unknown model 'srgan', not in [bicubic, srresnet]");
  }

  private static List<ImageScore> withOthers(List<ImageScore> rows) {
    List<ImageScore> all = new ArrayList<>(Reports.rows());
    all.addAll(rows);
    return all;
  }
}
