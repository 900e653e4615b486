package io.sparksr.core.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** PNG row by row, in memory for a few rows. Every row has the Paeth filter. */
final class PngRowEncoder implements RowEncoder {
  private static final int DATA_BYTES = 1 << 16;
  private static final int[] COLOUR_TYPES = {0, 0, 4, 2, 6};

  private final OutputStream out;
  private final int rowBytes;
  private final int pixelBytes;
  private final Deflater deflater = new Deflater(1);
  private final byte[] data = new byte[DATA_BYTES];
  private final byte[] filtered;
  private final byte[] last;
  private final ImageLayout layout;
  private final ImageMetadata metadata;
  private int dataLength;
  private boolean begun;

  PngRowEncoder(OutputStream out, ImageLayout layout, ImageMetadata metadata) {
    this.out = out;
    this.layout = layout;
    this.metadata = metadata;
    this.rowBytes = layout.rowBytes();
    this.pixelBytes = layout.channels() * (layout.bits() / 8);
    this.filtered = new byte[rowBytes + 1];
    this.last = new byte[rowBytes];
  }

  private void begin() throws IOException {
    out.write(PngChunks.SIGNATURE.getBytes(StandardCharsets.ISO_8859_1));
    ByteBuffer header = ByteBuffer.allocate(13);
    header.putInt(layout.width()).putInt(layout.height());
    header.put((byte) layout.bits()).put((byte) COLOUR_TYPES[layout.channels()]);
    chunk("IHDR", header.array(), 13);
    if (metadata.iccProfile().isPresent()) {
      ByteArrayOutputStream profile = new ByteArrayOutputStream();
      profile.writeBytes("icc\0\0".getBytes(StandardCharsets.ISO_8859_1));
      try (DeflaterOutputStream deflated = new DeflaterOutputStream(profile)) {
        deflated.write(metadata.iccProfile().get());
      }
      chunk("iCCP", profile.toByteArray(), profile.size());
    }
    if (metadata.density().isPresent()) {
      ImageMetadata.Density density = metadata.density().get();
      ByteBuffer physical = ByteBuffer.allocate(9);
      physical.putInt(density.xPerMetre()).putInt(density.yPerMetre()).put((byte) 1);
      chunk("pHYs", physical.array(), 9);
    }
    if (metadata.orientation() != ImageMetadata.UPRIGHT) {
      byte[] exif = ExifBlock.withOrientation(metadata.orientation());
      chunk("eXIf", exif, exif.length);
    }
    begun = true;
  }

  @Override
  public void write(byte[] rows, int count) throws IOException {
    if (!begun) {
      begin();
    }
    filtered[0] = PngFilter.PAETH;
    for (int y = 0; y < count; y++) {
      int at = y * rowBytes;
      byte[] above = y == 0 ? last : rows;
      PngFilter.paeth(
          rows, at, above, y == 0 ? 0 : at - rowBytes, rowBytes, pixelBytes, filtered, 1);
      deflater.setInput(filtered);
      while (!deflater.needsInput()) {
        deflate();
      }
    }
    if (count > 0) {
      System.arraycopy(rows, (count - 1) * rowBytes, last, 0, rowBytes);
    }
  }

  private void deflate() throws IOException {
    dataLength += deflater.deflate(data, dataLength, data.length - dataLength);
    if (dataLength == data.length) {
      chunk("IDAT", data, dataLength);
      dataLength = 0;
    }
  }

  @Override
  public void finish() throws IOException {
    deflater.finish();
    while (!deflater.finished()) {
      deflate();
    }
    if (dataLength > 0) {
      chunk("IDAT", data, dataLength);
    }
    chunk("IEND", new byte[0], 0);
  }

  private void chunk(String type, byte[] payload, int length) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(payload, 0, length);
    out.write(ByteBuffer.allocate(8).putInt(length).put(name).array());
    out.write(payload, 0, length);
    out.write(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
  }

  @Override
  public void close() {
    deflater.end();
  }
}
