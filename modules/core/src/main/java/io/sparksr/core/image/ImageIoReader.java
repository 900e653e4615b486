package io.sparksr.core.image;

import com.twelvemonkeys.imageio.plugins.bmp.BMPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import io.sparksr.core.image.ImageException.Reason;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/**
 * Samples as ImageIO readers find them in the file, before any colour management. Readers are
 * chosen by class, not by the order in the registry, which depends on what else is on the class
 * path.
 */
final class ImageIoReader {
  private ImageIoReader() {}

  static Raster pngRaster(byte[] file, ImageHeader header) throws ImageException {
    return read(jdkReader("png"), file, header, reader -> reader.read(0)).getRaster();
  }

  /** Unconverted components: four for CMYK and YCCK. */
  static Raster jpegRaster(byte[] file, ImageHeader header) throws ImageException {
    return read(jdkReader("jpeg"), file, header, reader -> reader.readRaster(0, null));
  }

  static BufferedImage bmp(byte[] file, ImageHeader header) throws ImageException {
    return read(new BMPImageReaderSpi().createReaderInstance(null), file, header, r -> r.read(0));
  }

  static BufferedImage tiff(byte[] file, ImageHeader header) throws ImageException {
    return read(new TIFFImageReaderSpi().createReaderInstance(null), file, header, r -> r.read(0));
  }

  private static ImageReader jdkReader(String format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getName().startsWith("com.sun.imageio.")) {
        return reader;
      }
      reader.dispose();
    }
    throw new IllegalStateException("this JRE has no " + format + " reader");
  }

  private interface Action<T> {
    T run(ImageReader reader) throws IOException;
  }

  /**
   * Runs a reader. Its runtime exceptions are the file's fault: these readers index arrays with
   * what damaged files tell them.
   */
  private static <T> T read(ImageReader reader, byte[] file, ImageHeader header, Action<T> action)
      throws ImageException {
    try (ByteArrayImageInputStream input = new ByteArrayImageInputStream(file)) {
      reader.setInput(input, true, true);
      if (reader.getWidth(0) != header.width() || reader.getHeight(0) != header.height()) {
        throw new ImageException(
            Reason.CORRUPT,
            "has a second size of " + reader.getWidth(0) + "x" + reader.getHeight(0));
      }
      return action.run(reader);
    } catch (IOException | RuntimeException e) {
      Reason reason = isEndOfFile(e) ? Reason.TRUNCATED : Reason.CORRUPT;
      throw new ImageException(
          reason, "is a " + header.format() + " file that can't be decoded: " + e, e);
    } finally {
      reader.dispose();
    }
  }

  private static boolean isEndOfFile(Throwable problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      // TwelveMonkeys keeps the exception as a TIFF field's value and later trips over it.
      boolean isHiddenEnd =
          cause instanceof ClassCastException
              && String.valueOf(cause.getMessage()).contains("EOFException");
      if (cause instanceof EOFException || isHiddenEnd) {
        return true;
      }
    }
    return false;
  }
}
