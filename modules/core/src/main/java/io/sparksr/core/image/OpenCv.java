package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;
import org.opencv.core.Core;
import org.opencv.core.CvException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.imgcodecs.Imgcodecs;

/** OpenCV's codecs. The native library is loaded at the first use, once per class loader. */
final class OpenCv {
  private static final int FLAGS = Imgcodecs.IMREAD_COLOR | Imgcodecs.IMREAD_IGNORE_ORIENTATION;

  private OpenCv() {}

  /** Runs once, under the class initialisation lock. */
  private static final class Library {
    static {
      nu.pattern.OpenCV.loadLocally();
    }

    private Library() {}

    static void ensureLoaded() {}
  }

  static RgbImage decode(byte[] file, ImageHeader header) throws ImageException {
    return decode(file, file.length, header);
  }

  /**
   * Decodes the first {@code length} bytes.
   *
   * @throws ImageException CORRUPT if OpenCV refuses them or finds another size than the header's
   */
  static RgbImage decode(byte[] file, int length, ImageHeader header) throws ImageException {
    Library.ensureLoaded();
    MatOfByte encoded = new MatOfByte(0, length, file);
    Mat decoded = null;
    try {
      decoded = Imgcodecs.imdecode(encoded, FLAGS);
      if (decoded.empty()) {
        throw new ImageException(
            Reason.CORRUPT, "is a " + header.format() + " file that can't be decoded");
      }
      if (decoded.cols() != header.width()
          || decoded.rows() != header.height()
          || decoded.type() != CvType.CV_8UC3) {
        throw new ImageException(
            Reason.CORRUPT, "decodes to " + decoded.cols() + "x" + decoded.rows());
      }
      byte[] pixels = new byte[header.width() * header.height() * RgbImage.CHANNELS];
      decoded.get(0, 0, pixels);
      swapRedAndBlue(pixels);
      return new RgbImage(header.width(), header.height(), pixels);
    } catch (CvException e) {
      throw new ImageException(Reason.CORRUPT, "is refused by OpenCV", e);
    } finally {
      encoded.release();
      if (decoded != null) {
        decoded.release();
      }
    }
  }

  /**
   * The alpha channel of a file, a byte per pixel.
   *
   * @throws ImageException CORRUPT if OpenCV finds none
   */
  static byte[] alpha(byte[] file, ImageHeader header) throws ImageException {
    Library.ensureLoaded();
    MatOfByte encoded = new MatOfByte(file);
    Mat decoded = Imgcodecs.imdecode(encoded, Imgcodecs.IMREAD_UNCHANGED);
    Mat plane = new Mat();
    try {
      if (decoded.type() != CvType.CV_8UC4
          || decoded.cols() != header.width()
          || decoded.rows() != header.height()) {
        throw new ImageException(
            Reason.CORRUPT, "is a " + header.format() + " file whose alpha can't be decoded");
      }
      Core.extractChannel(decoded, plane, 3);
      byte[] alpha = new byte[header.width() * header.height()];
      plane.get(0, 0, alpha);
      return alpha;
    } finally {
      encoded.release();
      decoded.release();
      plane.release();
    }
  }

  /**
   * Encodes an image.
   *
   * @param extension names the format, for instance {@code ".jpg"}
   * @param parameters pairs of an {@code IMWRITE_} constant and its value
   */
  static byte[] encode(RgbImage image, String extension, int... parameters) {
    byte[] bgr = image.pixels().clone();
    swapRedAndBlue(bgr);
    return encode(image.width(), image.height(), bgr, extension, parameters);
  }

  /**
   * Encodes samples as OpenCV orders them.
   *
   * @param samples (height, width, 1, 3 or 4): gray, BGR or BGRA
   */
  static byte[] encode(int width, int height, byte[] samples, String extension, int... parameters) {
    Library.ensureLoaded();
    int channels = samples.length / (width * height);
    Mat pixels = new Mat(height, width, CvType.CV_8UC(channels));
    MatOfByte encoded = new MatOfByte();
    MatOfInt settings = new MatOfInt(parameters);
    try {
      pixels.put(0, 0, samples);
      if (!Imgcodecs.imencode(extension, pixels, encoded, settings)) {
        throw new IllegalStateException(
            "OpenCV did not encode " + width + "x" + height + " pixels as " + extension);
      }
      return encoded.toArray();
    } finally {
      pixels.release();
      encoded.release();
      settings.release();
    }
  }

  private static void swapRedAndBlue(byte[] pixels) {
    for (int i = 0; i < pixels.length; i += RgbImage.CHANNELS) {
      byte first = pixels[i];
      pixels[i] = pixels[i + 2];
      pixels[i + 2] = first;
    }
  }
}
