package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.LanczosResampler;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import io.sparksr.evaluation.EvaluationProtocol;
import io.sparksr.jobs.CompareJob.Request;
import io.sparksr.jobs.CompareJob.Source;
import java.io.IOException;
import java.util.Optional;

/**
 * The image of a comparison.
 *
 * @param hr the truth, if there is one, as the protocol crops it
 * @param lr what the models enlarge
 */
record ComparedPair(Optional<RgbImage> hr, RgbImage lr) {

  /**
   * Reads the image of a request.
   *
   * @throws UserException (input) if it is missing, broken, too small for scores or too large
   */
  static ComparedPair read(FileStore files, Request request, EvaluationProtocol protocol)
      throws IOException {
    RgbImage image = decode(files, request);
    if (request.source() == Source.LR) {
      long pixels = (long) image.width() * image.height() * protocol.scale() * protocol.scale();
      if (pixels > request.settings().maxPixels()) {
        throw UserException.input(
            request.image()
                + ": enlarged "
                + protocol.scale()
                + " times, it has more pixels than evaluate.max-pixels allows. Choose a smaller"
                + " image");
      }
      return new ComparedPair(Optional.empty(), image);
    }
    int divisor = request.source() == Source.HALVED_HR ? 2 : 1;
    int width = image.width() / divisor;
    int height = image.height() / divisor;
    if (Math.min(width, height) < protocol.minimumSide()) {
      throw UserException.input(
          request.image()
              + ": "
              + width
              + "x"
              + height
              + " pixels"
              + (divisor > 1 ? ", halved," : "")
              + " are fewer than the "
              + protocol.minimumSide()
              + " a side that scores need. Choose a larger image");
    }
    RgbImage hr =
        protocol.cropHr(divisor > 1 ? LanczosResampler.resize(image, width, height) : image);
    return new ComparedPair(Optional.of(hr), protocol.reduce(hr));
  }

  private static RgbImage decode(FileStore files, Request request) throws IOException {
    String option = request.source() == Source.LR ? "--input" : "--image";
    Optional<FileEntry> entry = files.status(request.image());
    if (entry.isEmpty() || entry.get().directory()) {
      throw UserException.input(
          request.image()
              + (entry.isEmpty() ? ": not found" : ": is a folder")
              + ". Name an image file with "
              + option);
    }
    try {
      return new ImageDecoder(request.settings().maxPixels())
          .decode(files.readBytes(request.image()));
    } catch (ImageException e) {
      throw UserException.input(
          request.image()
              + ": "
              + e.reason().label()
              + " ("
              + e.getMessage()
              + "). Name a readable image with "
              + option,
          e);
    }
  }
}
