package io.sparksr.core.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.opencv.imgcodecs.Imgcodecs;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** Image files in many formats, written by other code than what reads them where possible. */
final class MadeUpFiles {
  private MadeUpFiles() {}

  /** Files that hold exactly the image; keys end in the format. */
  static Map<String, byte[]> rgb(RgbImage image) {
    BufferedImage buffered = buffered(image, BufferedImage.TYPE_3BYTE_BGR);
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("png", write(buffered, "png", false));
    files.put("interlaced.png", write(buffered, "png", true));
    files.put("fast.png", ImageEncoder.png(image));
    files.put("bmp", write(buffered, "bmp", false));
    files.put("tiff", write(buffered, "tiff", false));
    // A quality above 100 asks for the lossless coding.
    files.put("webp", OpenCv.encode(image, ".webp", Imgcodecs.IMWRITE_WEBP_QUALITY, 101));
    return files;
  }

  /** The same and lossy or reduced ones, of all formats. */
  static Map<String, byte[]> all(RgbImage image) {
    Map<String, byte[]> files = rgb(image);
    files.put("jpeg", ImageEncoder.jpeg(image, 80));
    files.put(
        "progressive.jpeg", OpenCv.encode(image, ".jpg", Imgcodecs.IMWRITE_JPEG_PROGRESSIVE, 1));
    files.put("lossy.webp", OpenCv.encode(image, ".webp", Imgcodecs.IMWRITE_WEBP_QUALITY, 80));
    files.put("gray.png", gray(image, "png"));
    files.put("alpha.png", pngWithAlpha(image));
    files.put("gif", write(buffered(image, BufferedImage.TYPE_BYTE_INDEXED), "gif", false));
    files.put("indexed.bmp", write(buffered(image, BufferedImage.TYPE_BYTE_INDEXED), "bmp", false));
    files.put("cmyk.jpeg", cmykJpeg(24, 16, 10, 200, 30, 220));
    return files;
  }

  /** The green channel as a gray file. */
  static byte[] gray(RgbImage image, String format) {
    BufferedImage gray =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_BYTE_GRAY);
    WritableRaster raster = gray.getRaster();
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        raster.setSample(x, y, 0, image.value(x, y, 1));
      }
    }
    return write(gray, format, false);
  }

  /** The image, from wholly transparent on the left to opaque. */
  static byte[] pngWithAlpha(RgbImage image) {
    BufferedImage buffered =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_4BYTE_ABGR);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        for (int c = 0; c < 3; c++) {
          buffered.getRaster().setSample(x, y, c, image.value(x, y, c));
        }
        buffered.getRaster().setSample(x, y, 3, x * 255 / image.width());
      }
    }
    return write(buffered, "png", false);
  }

  /** One row of 16-bit gray. */
  static byte[] gray16(int... values) {
    BufferedImage gray = new BufferedImage(values.length, 1, BufferedImage.TYPE_USHORT_GRAY);
    gray.getRaster().setSamples(0, 0, values.length, 1, 0, values);
    return write(gray, "png", false);
  }

  /** One row of palette indices. */
  static byte[] palette(String format, int[] colours, int... indices) {
    int[] padded = Arrays.copyOf(colours, 16);
    IndexColorModel model = new IndexColorModel(4, 16, padded, 0, false, -1, 0);
    BufferedImage indexed =
        new BufferedImage(indices.length, 1, BufferedImage.TYPE_BYTE_BINARY, model);
    indexed.getRaster().setSamples(0, 0, indices.length, 1, 0, indices);
    return write(indexed, format, false);
  }

  /** A JPEG of four components, all pixels alike, marked as Adobe's programs mark CMYK. */
  static byte[] cmykJpeg(int width, int height, int... stored) {
    WritableRaster raster = Raster.createInterleavedRaster(0, width, height, 4, null);
    for (int c = 0; c < 4; c++) {
      raster.setSamples(0, 0, width, height, c, filled(width * height, stored[c]));
    }
    ImageWriter writer = jdkWriter("jpeg");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(output);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(1);
      writer.write(null, new IIOImage(raster, null, adobe(writer, parameters)), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** Metadata with an Adobe marker, transform 0, and four components of equal sampling. */
  private static IIOMetadata adobe(ImageWriter writer, ImageWriteParam parameters)
      throws IOException {
    ImageTypeSpecifier rgb =
        ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_3BYTE_BGR);
    IIOMetadata metadata = writer.getDefaultImageMetadata(rgb, parameters);
    String format = metadata.getNativeMetadataFormatName();
    Element root = (Element) metadata.getAsTree(format);
    Element variety = (Element) root.getElementsByTagName("JPEGvariety").item(0);
    while (variety.hasChildNodes()) {
      variety.removeChild(variety.getFirstChild());
    }
    Node sequence = root.getElementsByTagName("markerSequence").item(0);
    IIOMetadataNode adobe = new IIOMetadataNode("app14Adobe");
    adobe.setAttribute("version", "100");
    adobe.setAttribute("flags0", "0");
    adobe.setAttribute("flags1", "0");
    adobe.setAttribute("transform", "0");
    sequence.insertBefore(adobe, sequence.getFirstChild());
    components(root, "sof", "componentSpec", "numFrameComponents");
    components(root, "sos", "scanComponentSpec", "numScanComponents");
    metadata.setFromTree(format, root);
    return metadata;
  }

  private static void components(Element root, String segment, String child, String count) {
    Element element = (Element) root.getElementsByTagName(segment).item(0);
    IIOMetadataNode first = (IIOMetadataNode) element.getElementsByTagName(child).item(0);
    while (element.hasChildNodes()) {
      element.removeChild(element.getFirstChild());
    }
    element.setAttribute(count, "4");
    for (int i = 1; i <= 4; i++) {
      IIOMetadataNode copy = (IIOMetadataNode) first.cloneNode(false);
      for (int a = 0; a < first.getAttributes().getLength(); a++) {
        Node attribute = first.getAttributes().item(a);
        copy.setAttribute(attribute.getNodeName(), attribute.getNodeValue());
      }
      copy.setAttribute(
          child.equals("componentSpec") ? "componentId" : "componentSelector", "" + i);
      if (child.equals("componentSpec")) {
        copy.setAttribute("HsamplingFactor", "1");
        copy.setAttribute("VsamplingFactor", "1");
      }
      element.appendChild(copy);
    }
  }

  /** Cut short, or with up to five bits flipped, half of the time in the first 120 bytes. */
  static byte[] damaged(byte[] file, SplittableRandom random) {
    if (random.nextInt(3) == 0) {
      return Arrays.copyOf(file, 1 + random.nextInt(file.length - 1));
    }
    byte[] damaged = file.clone();
    int end = random.nextBoolean() ? Math.min(120, file.length) : file.length;
    for (int flips = 1 + random.nextInt(5); flips > 0; flips--) {
      damaged[random.nextInt(end)] ^= (byte) (1 << random.nextInt(8));
    }
    return damaged;
  }

  private static BufferedImage buffered(RgbImage image, int type) {
    BufferedImage buffered = new BufferedImage(image.width(), image.height(), type);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int rgb = image.value(x, y, 0) << 16 | image.value(x, y, 1) << 8 | image.value(x, y, 2);
        buffered.setRGB(x, y, 0xFF000000 | rgb);
      }
    }
    return buffered;
  }

  private static byte[] write(BufferedImage image, String format, boolean isInterlaced) {
    ImageWriter writer = jdkWriter(format);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(output);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      if (isInterlaced) {
        parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      writer.write(null, new IIOImage(image, null, null), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static ImageWriter jdkWriter(String format) {
    var writers = ImageIO.getImageWritersByFormatName(format);
    while (writers.hasNext()) {
      ImageWriter writer = writers.next();
      if (writer.getClass().getName().startsWith("com.sun.imageio.")) {
        return writer;
      }
    }
    throw new IllegalStateException("this JRE writes no " + format);
  }

  private static int[] filled(int length, int value) {
    int[] values = new int[length];
    Arrays.fill(values, value);
    return values;
  }
}
