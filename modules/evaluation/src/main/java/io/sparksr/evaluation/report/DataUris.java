package io.sparksr.evaluation.report;

import io.sparksr.core.image.BicubicResampler;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Pictures within a page: PNG where single pixels count, JPEG for those that are reduced to give an
 * overview and would make up most of the page.
 */
final class DataUris {
  /** Enough for a picture in one of five columns, on a screen with two dots per pixel. */
  private static final int LONGEST_SIDE = 340;

  private static final int OVERVIEW_QUALITY = 88;
  private static final String PNG = "data:image/png;base64,";
  private static final String JPEG = "data:image/jpeg;base64,";

  private DataUris() {}

  /** The {@code data:} URI of an image, pixel by pixel. */
  static String uri(RgbImage image) {
    return PNG + Base64.getEncoder().encodeToString(png(image));
  }

  /** The {@code data:} URI of an image to recognise, reduced where it is larger than shown. */
  static String overview(RgbImage image) {
    byte[] jpeg = ImageEncoder.jpeg(reduced(image, LONGEST_SIDE), OVERVIEW_QUALITY);
    return JPEG + Base64.getEncoder().encodeToString(jpeg);
  }

  /** Whether an image is not larger than shown. */
  static boolean fits(RgbImage image) {
    return Math.max(image.width(), image.height()) <= LONGEST_SIDE;
  }

  /** The image itself, or a smaller one where a side is longer than {@code longestSide}. */
  static RgbImage reduced(RgbImage image, int longestSide) {
    int longest = Math.max(image.width(), image.height());
    if (longest <= longestSide) {
      return image;
    }
    double scale = (double) longestSide / longest;
    int width = Math.max(1, (int) Math.round(image.width() * scale));
    int height = Math.max(1, (int) Math.round(image.height() * scale));
    return BicubicResampler.resize(image, width, height);
  }

  /** The {@code data:} URI of a gray image in colours: gray {@code i} as 0xRRGGBB {@code [i]}. */
  static String mapped(RgbImage gray, int[] colours) {
    IndexColorModel palette =
        new IndexColorModel(Byte.SIZE, colours.length, colours, 0, false, -1, DataBuffer.TYPE_BYTE);
    BufferedImage buffer =
        new BufferedImage(gray.width(), gray.height(), BufferedImage.TYPE_BYTE_INDEXED, palette);
    byte[] indices = ((DataBufferByte) buffer.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < indices.length; i++) {
      indices[i] = gray.pixels()[i * RgbImage.CHANNELS];
    }
    return PNG + Base64.getEncoder().encodeToString(png(buffer));
  }

  private static byte[] png(RgbImage image) {
    BufferedImage buffer =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) buffer.getRaster().getDataBuffer()).getData();
    byte[] rgb = image.pixels();
    for (int i = 0; i < bgr.length; i += RgbImage.CHANNELS) {
      bgr[i] = rgb[i + 2];
      bgr[i + 1] = rgb[i + 1];
      bgr[i + 2] = rgb[i];
    }
    return png(buffer);
  }

  private static byte[] png(BufferedImage buffer) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam smallest = writer.getDefaultWriteParam();
      smallest.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      smallest.setCompressionQuality(0);
      writer.write(null, new IIOImage(buffer, null, null), smallest);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
