package io.sparksr.jobs;

import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.evaluation.Score;
import io.sparksr.evaluation.report.HtmlReport;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The pictures of one image as they travel from a task to the driver: encoded, since pixels are ten
 * times as large.
 */
record StripPictures(
    String set, String image, String protocol, byte[] lr, byte[] hr, List<Panel> panels)
    implements Serializable {

  record Panel(String model, byte[] png, double psnr, double ssim) implements Serializable {}

  static StripPictures of(EvaluateTask.Item item, String protocol, RgbImage lr, RgbImage hr) {
    return item.shown()
        ? new StripPictures(
            item.set(),
            item.image(),
            protocol,
            ImageEncoder.png(lr),
            ImageEncoder.png(hr),
            List.of())
        : new StripPictures(
            item.set(), item.image(), protocol, new byte[0], new byte[0], List.of());
  }

  StripPictures with(String model, RgbImage sr, Score score) {
    List<Panel> more = new ArrayList<>(panels);
    more.add(new Panel(model, ImageEncoder.png(sr), score.psnr(), score.ssim()));
    return new StripPictures(set, image, protocol, lr, hr, List.copyOf(more));
  }

  /** The pictures decoded, with the reasons why they are shown. */
  HtmlReport.Strip strip(List<String> reasons) {
    return new HtmlReport.Strip(
        set,
        image,
        protocol,
        decode(lr),
        decode(hr),
        panels.stream()
            .map(p -> new HtmlReport.Panel(p.model, decode(p.png), new Score(p.psnr, p.ssim)))
            .toList(),
        reasons);
  }

  private static RgbImage decode(byte[] png) {
    try {
      return new ImageDecoder(Long.MAX_VALUE).decode(png);
    } catch (ImageException e) {
      throw new IllegalStateException("a PNG of our own", e);
    }
  }
}
