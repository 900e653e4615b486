package io.sparksr.core.image;

import java.util.List;
import java.util.Optional;

/** One file format. Implementations hold no state and may be used by several threads. */
interface FormatDecoder {

  /**
   * Reads the header alone.
   *
   * @param bytes a file of this format, or its first part
   * @throws ImageException TRUNCATED if the header does not lie within the bytes
   */
  ImageHeader header(byte[] bytes) throws ImageException;

  /**
   * Decodes the whole file.
   *
   * @param header what {@link #header} returned for the same bytes; its size has been accepted
   */
  RgbImage decode(byte[] bytes, ImageHeader header) throws ImageException;

  /**
   * Decodes parts of an image with less work and memory than the whole image takes.
   *
   * @param regions within the image
   * @return one image per region; empty where the whole image has to be decoded
   */
  default Optional<List<RgbImage>> parts(byte[] bytes, ImageHeader header, List<Region> regions)
      throws ImageException {
    return Optional.empty();
  }
}
