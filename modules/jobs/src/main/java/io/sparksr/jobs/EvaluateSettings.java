package io.sparksr.jobs;

import static io.sparksr.core.config.Checks.check;

import io.sparksr.evaluation.EvaluationProtocols;
import io.sparksr.evaluation.Metrics;
import java.io.Serializable;
import java.util.List;

/**
 * How models are evaluated; the keys of {@code evaluate} in {@code reference.conf}.
 *
 * @param protocols names of {@link EvaluationProtocols}
 * @param metrics names of {@link Metrics}, psnr and ssim among them
 * @param pictures images shown per set and model, so many of the best and so many of the worst
 * @param maxPixels most pixels an image may have
 * @param tileSize side of a tile in LR pixels
 * @param vgg19Weights URI of VGG19's weights for the metric on its features; empty without it
 */
public record EvaluateSettings(
    List<String> protocols,
    List<String> metrics,
    int pictures,
    long maxPixels,
    int tileSize,
    String vgg19Weights)
    implements Serializable {

  /** Checks ranges, naming the key. */
  public EvaluateSettings {
    protocols = List.copyOf(protocols);
    check(
        !protocols.isEmpty(),
        "protocols: must name at least one of " + EvaluationProtocols.names());
    for (String protocol : protocols) {
      check(
          EvaluationProtocols.names().contains(protocol),
          "protocols: unknown protocol '"
              + protocol
              + "'; known are "
              + String.join(", ", EvaluationProtocols.names()));
    }
    metrics = List.copyOf(metrics);
    check(
        metrics.containsAll(Metrics.ALWAYS),
        "metrics: must name psnr and ssim, which every report has, got " + metrics);
    for (String metric : metrics) {
      check(
          Metrics.names().contains(metric),
          "metrics: unknown metric '"
              + metric
              + "'; known are "
              + String.join(", ", Metrics.names()));
    }
    check(pictures >= 0, "pictures: must not be negative, got " + pictures);
    check(maxPixels >= 1, "max-pixels: must be at least 1, got " + maxPixels);
    check(tileSize >= 1, "tile-size: must be at least 1, got " + tileSize);
  }

  /** The same for pictures: by the protocol that they and the charts follow, PSNR and SSIM only. */
  EvaluateSettings firstProtocolOnly() {
    return new EvaluateSettings(
        protocols.subList(0, 1), Metrics.ALWAYS, pictures, maxPixels, tileSize, vgg19Weights);
  }

  /** Whether a metric on VGG19's features is wanted. */
  boolean onFeatures() {
    return metrics.contains(Metrics.ON_FEATURES);
  }

  /** The metrics beside PSNR and SSIM, each once. */
  List<String> furtherMetrics() {
    return metrics.stream().distinct().filter(name -> !Metrics.ALWAYS.contains(name)).toList();
  }
}
