package io.sparksr.evaluation.report;

import io.sparksr.core.image.RgbImage;
import io.sparksr.evaluation.report.HtmlReport.Panel;
import io.sparksr.evaluation.report.HtmlReport.Strip;
import java.util.Comparator;

/**
 * LR, the enlargements and HR of one image side by side, each with an enlarged part below, and the
 * enlargements with a map of their error.
 */
final class StripView {
  private final Markup out;
  private final Strip strip;
  private final ErrorMaps maps;
  private final ZoomRegion region;

  private StripView(Markup out, Strip strip) {
    this.out = out;
    this.strip = strip;
    this.maps = ErrorMaps.of(strip);
    this.region = ZoomRegion.find(strip, maps.errors());
  }

  static void render(Markup out, Strip strip) {
    new StripView(out, strip).render();
  }

  private void render() {
    RgbImage hr = strip.hr();
    out.open("article", "class", "strip");
    out.open("h3").text(strip.image()).text(" ");
    out.element(
        "small",
        "%s, %d × %d px, scores by protocol %s"
            .formatted(strip.set(), hr.width(), hr.height(), strip.protocol()));
    out.close();
    if (!strip.reasons().isEmpty()) {
      out.element("p", String.join(" · ", strip.reasons()), "class", "note");
    }
    out.open("div", "class", "panels", "style", "--panels:" + (strip.panels().size() + 2));
    RgbImage lr = strip.lr();
    panel("LR", "%d × %d px".formatted(lr.width(), lr.height()), lr, 1, false);
    legend();
    out.close();
    String best =
        strip.panels().stream()
            .max(Comparator.comparingDouble(p -> p.score().psnr()))
            .map(Panel::model)
            .orElseThrow();
    for (int i = 0; i < strip.panels().size(); i++) {
      Panel panel = strip.panels().get(i);
      panel(
          panel.model(),
          ScoreText.psnr(panel.score().psnr()) + " dB / " + ScoreText.ssim(panel.score().ssim()),
          panel.picture(),
          strip.scale(),
          panel.model().equals(best) && strip.panels().size() > 1);
      framed(maps.uri(i), "error of " + panel.model() + " on " + strip.image(), false);
      out.close();
    }
    panel("HR", "original", hr, strip.scale(), false);
    out.close().close().close().line();
  }

  /** Starts a column; the caller ends it. */
  private void panel(String label, String caption, RgbImage picture, int scale, boolean best) {
    out.open("figure").open("figcaption").element("strong", label);
    out.element("span", caption, "class", best ? "best" : "score").close();
    // Each pixel of LR is to be seen, unless they are too many to be shown.
    boolean whole = scale == 1 && DataUris.fits(picture);
    String uri = whole ? DataUris.uri(picture) : DataUris.overview(picture);
    framed(uri, label + " of " + strip.image(), scale == 1);
    out.open("div", "class", "part");
    image(DataUris.uri(region.of(picture, scale)), label + ", enlarged part", true);
    out.close();
  }

  private void framed(String uri, String description, boolean pixelated) {
    out.open("div", "class", "whole");
    image(uri, description, pixelated);
    out.element("i", "", "style", box()).close();
  }

  private void legend() {
    out.open("div", "class", "levels").element("strong", "Error");
    out.element("span", "|SR \u2212 HR| of luma, in levels of 8 bits");
    out.empty(
        "img",
        "src",
        ErrorMaps.scaleUri(),
        "alt",
        "colours of errors, dark is small",
        "class",
        "smooth");
    out.open("span", "class", "ends").element("span", "0");
    out.element("span", Integer.toString(maps.top() / 2));
    out.element("span", "\u2265 " + maps.top()).close().close();
  }

  private void image(String uri, String description, boolean pixelated) {
    String ratio = "aspect-ratio:" + strip.hr().width() + "/" + strip.hr().height();
    out.empty(
        "img",
        "src",
        uri,
        "alt",
        description,
        "class",
        pixelated ? "pixels" : "smooth",
        "style",
        ratio);
  }

  private String box() {
    RgbImage lr = strip.lr();
    return "left:%s%%;top:%s%%;width:%s%%;height:%s%%"
        .formatted(
            percent(region.left(), lr.width()),
            percent(region.top(), lr.height()),
            percent(region.width(), lr.width()),
            percent(region.height(), lr.height()));
  }

  private static String percent(int part, int whole) {
    return Markup.number(100.0 * part / whole);
  }
}
