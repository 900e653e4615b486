package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A PNG that is not interlaced, decoded row by row as the file is read: memory for two rows. What
 * is refused is what {@link ImageDecoder} refuses, the last of it with the last row.
 */
final class PngRows implements ImageRows {
  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final PngChunkStream chunks;
  private final PngColours colours;
  private final ImageLayout layout;
  private final PngNotes notes = new PngNotes();
  private final Inflater inflater = new Inflater();
  private final byte[] compressed = new byte[BUFFER_BYTES];
  private final int pixelBytes;
  private final int[] samples;
  private byte[] row;
  private byte[] previous;
  private int rowsLeft;
  private boolean dataEnded;

  /**
   * Reads up to the pixels.
   *
   * @param in the file from its first byte; closed with this
   * @param header what the file begins with, checked
   */
  PngRows(InputStream in, PngChunks.Header header) throws IOException, ImageException {
    this.in = in;
    this.chunks = new PngChunkStream(in);
    chunks.skipSignature();
    this.colours = readUpToData(header);
    this.layout = colours.layout();
    int bits = colours.samples() * header.bits();
    this.pixelBytes = Math.max(1, bits / 8);
    int rowBytes = (int) (((long) header.width() * bits + 7) / 8);
    this.row = new byte[rowBytes];
    this.previous = new byte[rowBytes];
    this.samples = new int[Math.multiplyExact(header.width(), colours.samples())];
    this.rowsLeft = header.height();
  }

  private PngColours readUpToData(PngChunks.Header header) throws IOException, ImageException {
    int[] palette = new int[0];
    byte[] transparency = new byte[0];
    while (true) {
      if (!chunks.next()) {
        throw new ImageException(Reason.TRUNCATED, "ends before its image data");
      }
      switch (chunks.type()) {
        case "IDAT" -> {
          if (header.colourType() == PngColours.PALETTE && palette.length == 0) {
            throw new ImageException(Reason.CORRUPT, "has no palette");
          }
          return new PngColours(header, palette, transparency);
        }
        case "IEND" -> throw new ImageException(Reason.CORRUPT, "holds no image data");
        default -> {
          // Only short chunks are of use.
        }
      }
      if (chunks.isShort()) {
        String type = chunks.type();
        byte[] payload = chunks.payload();
        chunks.checkSum();
        notes.add(type, payload);
        if (type.equals("PLTE")) {
          palette = palette(payload);
        } else if (type.equals("tRNS")) {
          transparency = payload;
        }
      }
    }
  }

  private static int[] palette(byte[] payload) throws ImageException {
    int[] palette = new int[payload.length / 3];
    ByteView view = ByteView.bigEndian(payload);
    for (int i = 0; i < palette.length; i++) {
      palette[i] = view.u24(3L * i);
    }
    return palette;
  }

  @Override
  public ImageLayout layout() {
    return layout;
  }

  @Override
  public ImageMetadata metadata() {
    return notes.metadata();
  }

  @Override
  public void read(short[] target, int offset, int rows) throws IOException, ImageException {
    int out = offset;
    for (int y = 0; y < rows; y++) {
      if (rowsLeft == 0) {
        throw new IllegalStateException("all rows have been read");
      }
      inflateRow();
      unpack();
      colours.map(samples, layout, target, out);
      out += layout.width() * (layout.alpha() ? 4 : 3);
      rowsLeft--;
    }
    if (rowsLeft == 0) {
      readToEnd();
    }
  }

  private void inflateRow() throws IOException, ImageException {
    byte[] kept = previous;
    previous = row;
    row = kept;
    byte[] filter = new byte[1];
    fill(filter);
    fill(row);
    if (filter[0] < 0 || filter[0] > 4) {
      throw new ImageException(Reason.CORRUPT, "has a row of PNG filter " + filter[0]);
    }
    PngFilter.undo(filter[0], row, previous, pixelBytes);
  }

  private void fill(byte[] target) throws IOException, ImageException {
    int have = 0;
    while (have < target.length) {
      int got = inflate(target, have);
      if (got == 0) {
        throw inflater.finished()
            ? new ImageException(Reason.CORRUPT, "holds less image data than its size asks for")
            : new ImageException(Reason.TRUNCATED, "ends within the image data");
      }
      have += got;
    }
  }

  /** 0 at the end of the data. */
  private int inflate(byte[] target, int from) throws IOException, ImageException {
    try {
      while (true) {
        int got = inflater.inflate(target, from, target.length - from);
        if (got > 0 || inflater.finished() || inflater.needsDictionary() || !feed()) {
          return got;
        }
      }
    } catch (DataFormatException e) {
      throw new ImageException(Reason.CORRUPT, "has damaged image data: " + e.getMessage(), e);
    }
  }

  private boolean feed() throws IOException, ImageException {
    while (!dataEnded) {
      int got = chunks.read(compressed);
      if (got > 0) {
        inflater.setInput(compressed, 0, got);
        return true;
      }
      dataEnded = !chunks.next() || !chunks.type().equals("IDAT");
    }
    return false;
  }

  private void unpack() {
    int bits = colours.header().bits();
    switch (bits) {
      case 8 -> {
        for (int i = 0; i < samples.length; i++) {
          samples[i] = row[i] & 0xFF;
        }
      }
      case 16 -> {
        for (int i = 0; i < samples.length; i++) {
          samples[i] = (row[2 * i] & 0xFF) << 8 | (row[2 * i + 1] & 0xFF);
        }
      }
      default -> {
        int perByte = 8 / bits;
        int most = (1 << bits) - 1;
        for (int i = 0; i < samples.length; i++) {
          samples[i] = (row[i / perByte] >> (8 - bits - i % perByte * bits)) & most;
        }
      }
    }
  }

  /** The checksum of the data, then whole chunks without decompression bombs, as Pillow asks. */
  private void readToEnd() throws IOException, ImageException {
    byte[] sink = new byte[BUFFER_BYTES];
    while (inflate(sink, 0) > 0) {
      // More data than rows is allowed.
    }
    boolean more = true;
    while (!dataEnded) {
      more = chunks.next();
      dataEnded = !more || !chunks.type().equals("IDAT");
    }
    while (more && !chunks.type().isEmpty() && !chunks.type().equals("IEND")) {
      if (chunks.isShort()) {
        notes.add(chunks.type(), chunks.payload());
      }
      more = chunks.next();
    }
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
