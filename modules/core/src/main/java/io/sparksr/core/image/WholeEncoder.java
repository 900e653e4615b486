package io.sparksr.core.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.opencv.imgcodecs.Imgcodecs;

/** JPEG and WebP by OpenCV, which encodes whole images: the rows are held until the last one. */
final class WholeEncoder implements RowEncoder {
  /** OpenCV copies them once more. */
  static final long MOST_BYTES = 1L << 30;

  private static final int JFIF_UNIT = 13;
  private static final int JFIF_END = 20;
  private static final int MOST_ICC_BYTES = 65_000;
  private static final int WEBP_CHUNKS = 12;
  private static final int HAS_ICC = 0x20;
  private static final int HAS_ALPHA = 0x10;
  private static final int HAS_EXIF = 0x08;

  private final OutputFormat format;
  private final OutputStream out;
  private final ImageLayout layout;
  private final ImageMetadata metadata;
  private final int quality;
  private byte[] samples;
  private int length;

  WholeEncoder(
      OutputFormat format,
      OutputStream out,
      ImageLayout layout,
      ImageMetadata metadata,
      int quality) {
    this.format = format;
    this.out = out;
    this.layout = layout;
    this.metadata = metadata;
    this.quality = quality;
    this.samples = new byte[layout.rowBytes() * layout.height()];
  }

  @Override
  public void write(byte[] rows, int count) {
    int bytes = count * layout.rowBytes();
    System.arraycopy(rows, 0, samples, length, bytes);
    length += bytes;
  }

  @Override
  public void finish() throws IOException {
    int channels = layout.channels();
    for (int i = 0; channels >= 3 && i < samples.length; i += channels) {
      byte red = samples[i];
      samples[i] = samples[i + 2];
      samples[i + 2] = red;
    }
    boolean isJpeg = format == OutputFormat.JPEG;
    byte[] file =
        OpenCv.encode(
            layout.width(),
            layout.height(),
            samples,
            isJpeg ? ".jpg" : ".webp",
            isJpeg ? Imgcodecs.IMWRITE_JPEG_QUALITY : Imgcodecs.IMWRITE_WEBP_QUALITY,
            quality);
    samples = new byte[0];
    if (isJpeg) {
      writeJpeg(file);
    } else {
      writeWebp(file);
    }
  }

  /** OpenCV's files begin with a JFIF segment, whose density is of no unit. */
  private void writeJpeg(byte[] file) throws IOException {
    metadata
        .density()
        .ifPresent(
            density ->
                ByteBuffer.wrap(file, JFIF_UNIT, 5)
                    .put((byte) 1)
                    .putShort((short) Math.min(65_535, Math.round(density.x())))
                    .putShort((short) Math.min(65_535, Math.round(density.y()))));
    out.write(file, 0, JFIF_END);
    if (isTurned()) {
      segment(0xE1, "Exif\0\0", exif(), 0, exif().length);
    }
    byte[] icc = metadata.iccProfile().orElse(new byte[0]);
    int parts = (icc.length + MOST_ICC_BYTES - 1) / MOST_ICC_BYTES;
    for (int i = 0; i < parts; i++) {
      int from = i * MOST_ICC_BYTES;
      int to = Math.min(icc.length, from + MOST_ICC_BYTES);
      segment(0xE2, "ICC_PROFILE\0" + (char) (i + 1) + (char) parts, icc, from, to);
    }
    out.write(file, JFIF_END, file.length - JFIF_END);
  }

  private void segment(int marker, String name, byte[] payload, int from, int to)
      throws IOException {
    byte[] prefix = name.getBytes(StandardCharsets.ISO_8859_1);
    int size = 2 + prefix.length + to - from;
    out.write(new byte[] {(byte) 0xFF, (byte) marker, (byte) (size >> 8), (byte) size});
    out.write(prefix);
    out.write(payload, from, to - from);
  }

  /** Puts the parts into the extended form of the container, where there are any. */
  private void writeWebp(byte[] file) throws IOException {
    if (!isTurned() && metadata.iccProfile().isEmpty()) {
      out.write(file);
      return;
    }
    boolean isExtended = ByteView.bigEndian(file).holds(WEBP_CHUNKS, "VP8X");
    int flags =
        (layout.alpha() ? HAS_ALPHA : 0)
            | (isTurned() ? HAS_EXIF : 0)
            | (metadata.iccProfile().isPresent() ? HAS_ICC : 0);
    ByteBuffer extended = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    extended.putInt(flags);
    extended.putShort((short) (layout.width() - 1)).put((byte) ((layout.width() - 1) >> 16));
    extended.putShort((short) (layout.height() - 1)).put((byte) ((layout.height() - 1) >> 16));
    ByteArrayOutputStream body = new ByteArrayOutputStream(file.length);
    body.writeBytes("WEBP".getBytes(StandardCharsets.US_ASCII));
    chunk(body, "VP8X", extended.array());
    metadata.iccProfile().ifPresent(icc -> chunk(body, "ICCP", icc));
    int pixels = isExtended ? WEBP_CHUNKS + 18 : WEBP_CHUNKS;
    body.write(file, pixels, file.length - pixels);
    if (isTurned()) {
      chunk(body, "EXIF", exif());
    }
    out.write("RIFF".getBytes(StandardCharsets.US_ASCII));
    out.write(littleEndian(body.size()));
    body.writeTo(out);
  }

  private static void chunk(ByteArrayOutputStream body, String name, byte[] payload) {
    body.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
    body.writeBytes(littleEndian(payload.length));
    body.writeBytes(payload);
    if (payload.length % 2 == 1) {
      body.write(0);
    }
  }

  private static byte[] littleEndian(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private boolean isTurned() {
    return metadata.orientation() != ImageMetadata.UPRIGHT;
  }

  private byte[] exif() {
    return ExifBlock.withOrientation(metadata.orientation());
  }

  @Override
  public void close() {
    samples = new byte[0];
  }
}
