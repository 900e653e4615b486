package io.sparksr.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.image.RgbImage;
import io.sparksr.evaluation.Score;
import io.sparksr.evaluation.TestImages;
import io.sparksr.evaluation.report.EvaluationReport.ImageScore;
import io.sparksr.evaluation.report.EvaluationReport.Order;
import io.sparksr.evaluation.report.HtmlReport.Content;
import io.sparksr.evaluation.report.HtmlReport.Fact;
import io.sparksr.evaluation.report.HtmlReport.Panel;
import io.sparksr.evaluation.report.HtmlReport.Strip;
import io.sparksr.evaluation.report.TrainingCurve.Point;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

class HtmlReportTest {
  private static final RgbImage LR = TestImages.noise(1, 30, 20);
  private static final RgbImage HR = TestImages.noise(2, 120, 80);
  private static final RgbImage BICUBIC = TestImages.noise(3, 120, 80);

  @Test
  void leftOutImagesAreNamedAboveTheResults() throws Exception {
    assertThat(HtmlReport.render(full())).doesNotContain("left out");
    EvaluationReport report =
        Reports.report()
            .withMissing(List.of(new MissingImage("zoo", "<ape>.png", "empty (no bytes)")));
    String html = HtmlReport.render(Content.of("Gaps", report));
    assertThat(texts(parse(html), "td")).startsWith("zoo", "<ape>.png", "empty (no bytes)");
    assertThat(html)
        .containsSubsequence(
            "1 image could not be scored and is left out of every mean.", "Protocol tutorial");
  }

  @Test
  void thePageIsWellFormedAndSaysWhatCameOut() throws Exception {
    Document page = parse(HtmlReport.render(full()));
    assertThat(texts(page, "h1")).containsExactly("First run");
    assertThat(texts(page, "h2"))
        .containsExactly("Results", "Best and worst images", "Image by image", "Training");
    assertThat(texts(page, "p"))
        .contains(
            "srresnet: +1.75 dB over bicubic on Set5 (30.25 dB), \u22120.50 dB on zoo (24.50 dB).");
    assertThat(texts(page, "dd")).contains("1,549,462");
    assertThat(texts(page, "title"))
        .contains(
            "srresnet, Set5: 30.25 / 0.8250",
            "Set5/a.png: 29.00 dB, bicubic 27.00 dB (+2.00)",
            "zoo/lion.png: 24.50 dB, bicubic 25.00 dB (\u22120.50)");
  }

  @Test
  void resultTablesShowMeansAndGains() throws Exception {
    NodeList rows = parse(HtmlReport.render(full())).getElementsByTagName("tr");
    assertThat(rows.item(3).getTextContent())
        .isEqualTo("srresnet30.250.8250+1.7524.500.7000\u22120.50");
  }

  @Test
  void thePageNeedsNeitherScriptsNorANetwork() {
    assertThat(HtmlReport.render(full()))
        .doesNotContain("<script", "<link", "@import", "url(", "http://", "https://");
  }

  @Test
  void partsAndLrAreInThePageToTheLastPixel() throws Exception {
    List<BufferedImage> pictures = pictures(HtmlReport.render(full()));
    // LR, its part, the scale of errors; overview, part and error of bicubic and of srresnet, which
    // is HR here; overview and part of HR.
    assertThat(pictures).hasSize(11);
    assertSame(pictures.get(0), LR);
    ZoomRegion region = ZoomRegion.find(strip(), ErrorMaps.of(strip()).errors());
    assertSame(pictures.get(1), region.of(LR, 1));
    assertSame(pictures.get(4), region.of(BICUBIC, 4));
    assertSame(pictures.get(10), region.of(HR, 4));
    int none = ErrorColours.all()[0];
    assertThat(pictures.get(8).getRGB(60, 40) & 0xFFFFFF).isEqualTo(none);
    assertThat(pictures.get(5).getWidth()).isEqualTo(120);
  }

  @Test
  void largePicturesAreReducedForThePage() throws Exception {
    BufferedImage picture = pictures(DataUris.overview(TestImages.noise(4, 1000, 10))).get(0);
    assertThat(picture.getWidth()).isEqualTo(340);
    assertThat(picture.getHeight()).isEqualTo(3);
  }

  @Test
  void theZoomedPartIsWhereTheErrorIsLargest() {
    byte[] pixels = HR.pixels().clone();
    for (int y = 40; y < 56; y++) {
      for (int i = (y * 120 + 64) * 3; i < (y * 120 + 88) * 3; i++) {
        pixels[i] = (byte) ~pixels[i];
      }
    }
    Strip strip = strip(new RgbImage(120, 80, pixels));
    // A fifth of 30x20 LR pixels; the changed block is exactly that, at LR (16, 10).
    assertThat(ZoomRegion.find(strip, ErrorMaps.of(strip).errors()))
        .isEqualTo(new ZoomRegion(16, 10, 6, 4));
  }

  @Test
  void pagesSayWhyAnImageIsShownAndWhatTheColoursOfErrorsMean() throws Exception {
    Document page = parse(HtmlReport.render(full()));
    assertThat(texts(page, "p")).contains("Largest gain of srresnet · Smallest gain of srgan");
    String top = "\u2265 " + ErrorMaps.of(strip()).top();
    assertThat(texts(page, "span")).contains("|SR \u2212 HR| of luma, in levels of 8 bits", top);
  }

  @Test
  void hostileNamesStayText() throws Exception {
    String hostile = "<script>alert('x')</script>\"&";
    EvaluationReport report =
        EvaluationReport.of(
            new Order(List.of("bicubic", hostile), List.of(hostile), List.of(hostile)),
            List.of(
                new ImageScore("bicubic", hostile, hostile, hostile, 25, 0.5),
                new ImageScore(hostile, hostile, hostile, hostile, 26, 0.6)),
            Reports.provenance());
    Panel panel = new Panel(hostile, BICUBIC, new Score(20, 0.5));
    String html =
        HtmlReport.render(
            Content.of(hostile, report)
                .withFacts(List.of(new Fact(hostile, hostile)))
                .withStrips(
                    List.of(
                        new Strip(
                            hostile, hostile, hostile, LR, HR, List.of(panel), List.of(hostile)))));
    assertThat(html).doesNotContain("<script");
    assertThat(texts(parse(html), "h1")).containsExactly(hostile);
  }

  @Test
  void aPageWithoutScoresShowsTheTraining() throws Exception {
    EvaluationReport nothing = EvaluationReport.of(Reports.ORDER, List.of(), Reports.provenance());
    Document page =
        parse(HtmlReport.render(Content.of("Training", nothing).withTraining(curve(1e-4))));
    assertThat(texts(page, "h2")).containsExactly("Training");
    assertThat(texts(page, "p")).contains("Loss 0.005000 after 2,000 steps.");
  }

  @Test
  void theLossAxisIsLogarithmicOnlyWhereTheRangeAsksForIt() {
    assertThat(HtmlReport.render(trainingOnly(curve(1e-4)))).contains(">0.005<", ">0.5<");
    List<Point> level =
        curve(0).points().stream()
            .map(p -> new Point(p.step(), 0, 1 + p.loss(), 0, 0, 0, 0, 0, Map.of(), Map.of()))
            .toList();
    assertThat(HtmlReport.render(trainingOnly(new TrainingCurve(level))))
        .contains(">0<", ">1.5<")
        .doesNotContain("learning rate");
  }

  @Test
  void lossesThatAreNotNumbersAreNotDrawn() throws Exception {
    List<Point> points = new ArrayList<>(curve(0).points());
    points.add(new Point(3000, 0, Double.NaN, 0, 0, 0, 0, 0, Map.of(), Map.of()));
    Document page = parse(HtmlReport.render(trainingOnly(new TrainingCurve(points))));
    assertThat(texts(page, "p")).contains("Loss NaN after 3,000 steps.");
    NodeList paths = page.getElementsByTagName("path");
    assertThat(paths.getLength()).isEqualTo(2);
    assertThat(paths.item(0).getAttributes().getNamedItem("d").getNodeValue())
        .startsWith("M")
        .doesNotContain("NaN");
  }

  @Test
  void everyFurtherLossHasAChartOfItsOwn() throws Exception {
    List<Point> points = new ArrayList<>();
    for (Point point : curve(1e-4).points()) {
      Map<String, Double> parts = new LinkedHashMap<>();
      parts.put("content", 2 * point.loss());
      parts.put("adversarial", point.step() < 1000 ? 0.7 : Double.NaN);
      parts.put("unknown", Double.NaN);
      points.add(
          new Point(
              point.step(), 0, point.loss(), point.learningRate(), 40, 1, 300, 8, parts, Map.of()));
    }
    Document page = parse(HtmlReport.render(trainingOnly(new TrainingCurve(points))));
    assertThat(texts(page, "strong")).containsExactly("Loss", "content", "adversarial");
    assertThat(texts(page, "figcaption"))
        .satisfiesExactly(
            loss -> assertThat(loss).contains("over 2,000 steps, and the learning rate."),
            content -> assertThat(content).contains("over 2,000 steps."),
            adversarial -> assertThat(adversarial).contains("over 980 steps."));
    // Logged and smoothed of each, and the learning rate.
    assertThat(page.getElementsByTagName("path").getLength()).isEqualTo(3 * 2 + 1);
  }

  @Test
  void validationHasAChartForEachSet() throws Exception {
    List<Point> points =
        List.of(
            validated(100, Map.of("Set5", 30.25)),
            validated(200, Map.of()),
            validated(300, Map.of("Set5", 31.5)),
            validated(400, Map.of("Set5", 31.25)),
            validated(500, Map.of("Set5", Double.NaN, "flat", Double.POSITIVE_INFINITY)));
    Document page = parse(HtmlReport.render(trainingOnly(new TrainingCurve(points))));
    assertThat(texts(page, "strong")).containsExactly("Loss", "PSNR on Set5");
    assertThat(texts(page, "figcaption"))
        .last()
        .asString()
        .endsWith("in validation: best 31.50 dB, after 300 steps.");
    assertThat(texts(page, "title"))
        .contains("step 100: 30.250 dB", "step 300: 31.500 dB", "step 400: 31.250 dB");
    assertThat(page.getElementsByTagName("circle").getLength()).isEqualTo(3);
  }

  private static Point validated(long step, Map<String, Double> psnr) {
    return new Point(step, 0, 1, 0, 40, 1, 300, 8, Map.of(), psnr);
  }

  @Test
  void smoothingKeepsConstantsAndTheFirstPoint() {
    double[] values = new double[400];
    java.util.Arrays.fill(values, 3);
    values[0] = 40;
    double[] smooth = LossChart.smooth(values);
    assertThat(smooth[0]).isEqualTo(40);
    // The window of point 5 is 0 to 10.
    assertThat(smooth[5]).isEqualTo((40 + 10 * 3) / 11.0);
    assertThat(smooth[200]).isEqualTo(3);
    assertThat(smooth[399]).isEqualTo(3);
  }

  @Test
  void picturesThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> strip(TestImages.noise(5, 60, 40)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("do not fit together");
  }

  private static Content full() {
    return Content.of("First run", Reports.report())
        .withTraining(curve(1e-4))
        .withStrips(List.of(strip()))
        .withFacts(List.of(new Fact("Parameters", "1,549,462")));
  }

  private static Content trainingOnly(TrainingCurve curve) {
    EvaluationReport nothing = EvaluationReport.of(Reports.ORDER, List.of(), Reports.provenance());
    return Content.of("Training", nothing).withTraining(curve);
  }

  private static TrainingCurve curve(double learningRate) {
    List<Point> points = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      points.add(new Point(20L * i, 0, 0.5 / i, learningRate, 40, 1, 300, 8, Map.of(), Map.of()));
    }
    return new TrainingCurve(points);
  }

  private static Strip strip() {
    return strip(HR);
  }

  private static Strip strip(RgbImage sr) {
    return new Strip(
        "Set5",
        "a.png",
        "tutorial",
        LR,
        HR,
        List.of(
            new Panel("bicubic", BICUBIC, new Score(27, 0.7)),
            new Panel("srresnet", sr, new Score(29, 0.75))),
        List.of("Largest gain of srresnet", "Smallest gain of srgan"));
  }

  private static Document parse(String html) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> texts(Document page, String tag) {
    NodeList nodes = page.getElementsByTagName(tag);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }

  private static List<BufferedImage> pictures(String html) throws Exception {
    Matcher matcher =
        Pattern.compile("data:image/(?:png|jpeg);base64,([A-Za-z0-9+/=]+)").matcher(html);
    List<BufferedImage> pictures = new ArrayList<>();
    while (matcher.find()) {
      byte[] png = Base64.getDecoder().decode(matcher.group(1));
      pictures.add(ImageIO.read(new ByteArrayInputStream(png)));
    }
    return pictures;
  }

  private static void assertSame(BufferedImage picture, RgbImage image) {
    assertThat(picture.getWidth()).isEqualTo(image.width());
    assertThat(picture.getHeight()).isEqualTo(image.height());
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int rgb = (image.value(x, y, 0) << 16) | (image.value(x, y, 1) << 8) | image.value(x, y, 2);
        assertThat(picture.getRGB(x, y) & 0xFFFFFF).isEqualTo(rgb);
      }
    }
  }
}
