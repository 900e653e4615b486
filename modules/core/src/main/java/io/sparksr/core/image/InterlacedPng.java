package io.sparksr.core.image;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** An interlaced PNG: all its rows are there only when all of it is decoded. */
final class InterlacedPng implements ImageRows {
  private final Raster raster;
  private final PngColours colours;
  private final ImageLayout layout;
  private final ImageMetadata metadata;
  private final int[] samples;
  private int y;

  private InterlacedPng(Raster raster, PngColours colours, ImageMetadata metadata) {
    this.raster = raster;
    this.colours = colours;
    this.layout = colours.layout();
    this.metadata = metadata;
    this.samples = new int[raster.getWidth() * raster.getNumBands()];
  }

  static ImageRows open(byte[] file, ImageHeader header) throws ImageException {
    PngChunks chunks = PngChunks.of(file);
    PngNotes notes = new PngNotes();
    byte[] transparency = new byte[0];
    try {
      PngChunkStream stream = new PngChunkStream(new ByteArrayInputStream(file));
      stream.skipSignature();
      while (stream.next() && !stream.type().equals("IEND")) {
        if (!stream.type().equals("IDAT") && stream.isShort()) {
          String type = stream.type();
          byte[] payload = stream.payload();
          notes.add(type, payload);
          transparency = type.equals("tRNS") ? payload : transparency;
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory can be read", e);
    }
    return new InterlacedPng(
        ImageIoReader.pngRaster(chunks.essence(), header),
        new PngColours(PngChunks.header(file), chunks.palette(), transparency),
        notes.metadata());
  }

  @Override
  public ImageLayout layout() {
    return layout;
  }

  @Override
  public ImageMetadata metadata() {
    return metadata;
  }

  @Override
  public void read(short[] target, int offset, int rows) {
    int out = offset;
    for (int i = 0; i < rows; i++) {
      raster.getPixels(0, y++, layout.width(), 1, samples);
      colours.map(samples, layout, target, out);
      out += layout.width() * (layout.alpha() ? 4 : 3);
    }
  }

  @Override
  public void close() {
    // Memory alone.
  }
}
