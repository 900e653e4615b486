package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Opens image files to be read by rows, with alpha, all bits of 16-bit PNG, and what their metadata
 * say. The 8-bit RGB values are those of {@link ImageDecoder}, and so is what is refused.
 *
 * <p>A PNG that is not interlaced is decoded as it is read, in memory for a few rows; of a baseline
 * JPEG the file and a few rows are held, of other formats the file and the pixels. Instances may be
 * used by several threads.
 */
public final class ImageOpener {
  private static final int HEAD_BYTES = 1 << 16;
  private static final int INTERLACING = 28;

  private final ImageDecoder decoder;

  /**
   * An opener with a limit against decompression bombs.
   *
   * @param maxPixels most pixels an image may have, width times height; at least 1
   */
  public ImageOpener(long maxPixels) {
    this.decoder = new ImageDecoder(maxPixels);
  }

  /**
   * Opens an image.
   *
   * @param in the file from its first byte; closed with the result, or here if this fails
   * @throws ImageException as {@link ImageDecoder#decode} does; for a PNG damaged in its pixels
   *     only when they are read
   */
  public ImageRows open(InputStream in) throws IOException, ImageException {
    boolean isOpen = false;
    try {
      byte[] head = in.readNBytes(HEAD_BYTES);
      if (isPlainPng(head)) {
        decoder.header(head);
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), in);
        ImageRows rows =
            new PngRows(new BufferedInputStream(whole, HEAD_BYTES), PngChunks.header(head));
        isOpen = true;
        return rows;
      }
      byte[] tail = head.length < HEAD_BYTES ? new byte[0] : in.readAllBytes();
      byte[] file = Arrays.copyOf(head, Math.addExact(head.length, tail.length));
      System.arraycopy(tail, 0, file, head.length, tail.length);
      return inMemory(file);
    } catch (ArithmeticException e) {
      throw new ImageException(Reason.TOO_LARGE, "is a file of more bytes than an array", e);
    } finally {
      if (!isOpen) {
        in.close();
      }
    }
  }

  private static boolean isPlainPng(byte[] head) {
    boolean isPng = ByteView.bigEndian(head).holds(0, PngChunks.SIGNATURE);
    return isPng && head.length > INTERLACING && head[INTERLACING] == 0;
  }

  private ImageRows inMemory(byte[] file) throws ImageException {
    ImageHeader header = decoder.header(file);
    if (header.format().equals("png")) {
      return InterlacedPng.open(file, header);
    }
    ImageMetadata metadata = FileNotes.of(header.format(), file);
    if (header.format().equals("jpeg")) {
      Optional<ImageRows> rows = JpegRows.open(file, decoder, metadata);
      if (rows.isPresent()) {
        return rows.get();
      }
    }
    RgbImage rgb = decoder.decode(file);
    boolean isGray = header.mode().equals("L") || header.mode().equals("LA");
    boolean isConverted = header.mode().equals("CMYK");
    return new WholeRows(
        rgb,
        AlphaPlane.of(file, header),
        isGray || header.mode().equals("1") ? 1 : 3,
        isConverted ? metadata.fittingTo(3) : metadata);
  }
}
