package io.sparksr.core.image;

import java.util.List;

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
   * Decodes parts of an image. Formats that can do it with less work than the whole image override
   * this.
   *
   * @param regions within the image
   * @return one image per region
   */
  default List<RgbImage> regions(byte[] bytes, ImageHeader header, List<Region> regions)
      throws ImageException {
    RgbImage whole = decode(bytes, header);
    return regions.stream().map(whole::crop).toList();
  }
}
