package io.sparksr.jobs;

import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileStore;
import io.sparksr.evaluation.EvaluationProtocol;
import io.sparksr.evaluation.SourceColour;
import java.io.IOException;
import java.util.Set;

/**
 * An HR image to score against.
 *
 * @param image decoded
 * @param colour whether its file was gray
 */
record BenchmarkImage(RgbImage image, SourceColour colour) {
  private static final Set<String> GRAY_MODES = Set.of("1", "L", "LA", "I;16");

  /**
   * Reads an image.
   *
   * @throws ImageException if it is broken or has too many pixels
   */
  static BenchmarkImage read(FileStore files, String uri, long maxPixels)
      throws IOException, ImageException {
    byte[] file = files.readBytes(uri);
    ImageDecoder decoder = new ImageDecoder(maxPixels);
    RgbImage image = decoder.decode(file);
    return new BenchmarkImage(
        image,
        GRAY_MODES.contains(decoder.header(file).mode()) ? SourceColour.GRAY : SourceColour.COLOUR);
  }

  /**
   * Checks that a protocol can score it.
   *
   * @throws ImageException if it is too small
   */
  void requireSize(EvaluationProtocol protocol) throws ImageException {
    if (Math.min(image.width(), image.height()) < protocol.minimumSide()) {
      throw new ImageException(
          Reason.TOO_SMALL,
          "%dx%d, protocol '%s' needs %d pixels"
              .formatted(image.width(), image.height(), protocol.name(), protocol.minimumSide()));
    }
  }
}
