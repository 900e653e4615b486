package io.sparksr.core.image;

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
}
