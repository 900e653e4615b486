package io.sparksr.evaluation.report;

import io.sparksr.core.Provenance;
import io.sparksr.core.image.RgbImage;
import io.sparksr.evaluation.Score;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The document {@code report.html}: one file with style, charts and pictures in it, that needs
 * neither scripts nor a network. Charts show the first protocol, tables all.
 */
public final class HtmlReport {
  private HtmlReport() {}

  /**
   * What the page shows. Parts that are absent or empty leave no trace on it.
   *
   * @param title heading and window title
   * @param evaluation scores, possibly none, and where they come from
   * @param training the loss curve, if there is one
   * @param strips images to look at, in the order shown
   * @param facts what to know at a glance, for instance parameters and training time
   */
  public record Content(
      String title,
      EvaluationReport evaluation,
      Optional<TrainingCurve> training,
      List<Strip> strips,
      List<Fact> facts) {
    /** Copies the lists. */
    public Content {
      strips = List.copyOf(strips);
      facts = List.copyOf(facts);
    }

    /** A page with scores only. */
    public static Content of(String title, EvaluationReport evaluation) {
      return new Content(title, evaluation, Optional.empty(), List.of(), List.of());
    }

    /** The same page with a loss curve. */
    public Content withTraining(TrainingCurve curve) {
      return new Content(title, evaluation, Optional.of(curve), strips, facts);
    }

    /** The same page with these images. */
    public Content withStrips(List<Strip> images) {
      return new Content(title, evaluation, training, images, facts);
    }

    /** The same page with these facts. */
    public Content withFacts(List<Fact> lines) {
      return new Content(title, evaluation, training, strips, lines);
    }
  }

  /** A label and what it stands for. */
  public record Fact(String label, String value) {}

  /**
   * One image in all its forms.
   *
   * @param set where it belongs
   * @param image its name
   * @param protocol which the scores follow
   * @param lr the networks' input
   * @param hr the truth, a whole multiple of the size of {@code lr}
   * @param panels at least one enlargement, each of the size of {@code hr}; the zoomed part is
   *     where the error of all but the first is largest, so the baseline goes first
   * @param reasons why it is shown, possibly none
   */
  public record Strip(
      String set,
      String image,
      String protocol,
      RgbImage lr,
      RgbImage hr,
      List<Panel> panels,
      List<String> reasons) {
    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if there is no panel or the sizes do not fit
     */
    public Strip {
      panels = List.copyOf(panels);
      reasons = List.copyOf(reasons);
      int scale = hr.width() / lr.width();
      boolean fits =
          !panels.isEmpty()
              && hr.width() == lr.width() * scale
              && hr.height() == lr.height() * scale;
      for (Panel panel : panels) {
        fits &= panel.picture().width() == hr.width() && panel.picture().height() == hr.height();
      }
      if (!fits) {
        throw new IllegalArgumentException(
            "%s/%s: LR %s, HR %s and panels %s do not fit together"
                .formatted(set, image, lr, hr, panels));
      }
    }

    /** HR is this many times as wide and high as LR. */
    int scale() {
      return hr.width() / lr.width();
    }
  }

  /**
   * One enlargement of an image.
   *
   * @param model what made it
   * @param picture in bytes
   * @param score against HR
   */
  public record Panel(String model, RgbImage picture, Score score) {}

  /** The page as text, to be stored as UTF-8. */
  public static String render(Content content) {
    Markup out = new Markup();
    out.open("html", "lang", "en").open("head");
    out.empty("meta", "charset", "utf-8");
    out.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    out.empty("meta", "name", "color-scheme", "content", "light dark");
    out.element("title", content.title() + " · SparkSR");
    out.open("style").styleSheet(css()).close().close();
    out.open("body").line();
    header(out, content);
    out.open("main").line();
    results(out, content.evaluation());
    strips(out, content.strips());
    images(out, content.evaluation());
    content.training().ifPresent(curve -> training(out, curve));
    out.close();
    provenance(out, content.evaluation().provenance());
    out.close().close();
    return "<!DOCTYPE html>\n" + out.finish() + "\n";
  }

  private static void header(Markup out, Content content) {
    out.open("header").element("p", "SparkSR", "class", "eyebrow").element("h1", content.title());
    Summary.of(content).ifPresent(summary -> out.element("p", summary, "class", "lead"));
    if (!content.facts().isEmpty()) {
      out.open("dl", "class", "facts");
      for (Fact fact : content.facts()) {
        out.open("div").element("dt", fact.label()).element("dd", fact.value()).close();
      }
      out.close();
    }
    out.close().line();
  }

  private static void results(Markup out, EvaluationReport report) {
    if (report.results().isEmpty()) {
      return;
    }
    ScoreTables tables = new ScoreTables(out, report);
    out.open("section").element("h2", "Results");
    tables.missing();
    report.protocols().forEach(tables::results);
    BarChart.render(out, report, report.protocols().get(0));
    tables.differences();
    tables.published();
    out.close().line();
  }

  private static void strips(Markup out, List<Strip> strips) {
    if (strips.isEmpty()) {
      return;
    }
    out.open("section").element("h2", "Best and worst images");
    out.element(
        "p",
        "The images on which each model does best and worst. The first row gives an overview, reduced"
            + " and as JPEG; the second enlarges the framed part, where the error is largest, pixel"
            + " by pixel; the third maps the error, all maps of an image on one scale.",
        "class",
        "note");
    strips.forEach(strip -> StripView.render(out, strip));
    out.close().line();
  }

  private static void images(Markup out, EvaluationReport report) {
    if (report.results().isEmpty() || report.images().isEmpty()) {
      return;
    }
    out.open("section").element("h2", "Image by image");
    out.open("div", "class", "pair");
    for (String model : report.challengers()) {
      ScatterChart.render(out, report, report.protocols().get(0), model);
    }
    out.close();
    report.protocols().forEach(new ScoreTables(out, report)::images);
    out.close().line();
  }

  private static void training(Markup out, TrainingCurve curve) {
    out.open("section").element("h2", "Training");
    LossChart.render(out, curve);
    ValidationChart.render(out, curve);
    out.close().line();
  }

  private static void provenance(Markup out, Provenance provenance) {
    out.open("footer").open("details").element("summary", "Provenance");
    out.open("dl", "class", "provenance");
    out.element("dt", "made by");
    out.element("dd", "SparkSR " + provenance.version() + ", " + provenance.command());
    out.element("dt", "at").element("dd", provenance.createdAt());
    provenance
        .sources()
        .forEach(
            (uri, sha256) -> {
              out.element("dt", "from").open("dd").element("code", uri);
              out.text(", manifest SHA-256 ").element("code", sha256).close();
            });
    out.close();
    if (!provenance.configuration().isBlank()) {
      out.element("p", "Configuration", "class", "note");
      out.element("pre", provenance.configuration());
    }
    out.close().close();
  }

  private static String css() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("report.css cannot be read", e);
    }
  }
}
