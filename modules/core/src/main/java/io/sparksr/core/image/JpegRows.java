package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;
import io.sparksr.core.image.JpegBits.Unclean;
import java.util.Optional;

/**
 * A baseline JPEG that is decoded as it is read, with the bytes of {@link ImageDecoder}: beside the
 * file, three rows of blocks are in memory. Where the data is damaged the whole image is decoded
 * after all, because only the complete decoder knows how to go on; what was read before is the same
 * in both.
 */
final class JpegRows implements ImageRows {
  /** The rows of blocks that are to become pixels, and those above and below that chroma needs. */
  private static final int WINDOW = 3;

  private final byte[] file;
  private final BaselineHeader header;
  private final ImageDecoder decoder;
  private final ImageMetadata metadata;
  private final ImageLayout layout;
  private final JpegBlocks blocks;
  private final RegionSamples.Plane[] planes;
  private final int unitRows;
  private int unitRowsDecoded;

  /** The first pixel row of {@link #strip}; before the first one that is read, none. */
  private int top;

  private RgbImage strip;
  private WholeRows whole;
  private int y;

  private JpegRows(
      byte[] file, BaselineHeader header, ImageDecoder decoder, ImageMetadata metadata) {
    this.file = file;
    this.header = header;
    this.decoder = decoder;
    this.metadata = metadata;
    int colours = header.components().size();
    this.layout = new ImageLayout(header.width(), header.height(), colours, false, 8);
    this.blocks = new JpegBlocks(file, header);
    this.unitRows = (header.height() + header.unitHeight() - 1) / header.unitHeight();
    this.planes = new RegionSamples.Plane[colours];
    for (int c = 0; c < planes.length; c++) {
      planes[c] = window(c);
    }
  }

  /**
   * Opens a JPEG.
   *
   * @param decoder for what is damaged
   * @return empty for progressive files and whatever else has to be decoded whole
   * @throws ImageException as the decoding of the whole image does, if segments are damaged or the
   *     file is cut off
   */
  static Optional<ImageRows> open(byte[] file, ImageDecoder decoder, ImageMetadata metadata)
      throws ImageException {
    return BaselineHeader.of(file, JpegStructure.of(file))
        .map(header -> new JpegRows(file, header, decoder, metadata));
  }

  /** Whole blocks of a component, for rows of units from the one above the first. */
  private RegionSamples.Plane window(int c) {
    BaselineHeader.Component component = header.components().get(c);
    int pixelsWide = c == 0 ? 1 : header.chromaWidth();
    int pixelsHigh = c == 0 ? 1 : header.chromaHeight();
    int wide = header.unitsPerRow() * component.horizontal() * RegionSamples.BLOCK;
    int high = WINDOW * component.vertical() * RegionSamples.BLOCK;
    return new RegionSamples.Plane(
        0,
        -high / WINDOW,
        wide,
        high,
        (header.width() + pixelsWide - 1) / pixelsWide - 1,
        (header.height() + pixelsHigh - 1) / pixelsHigh - 1,
        new byte[wide * high]);
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
  public void read(short[] target, int offset, int rows) throws ImageException {
    int rowSamples = layout.width() * RgbImage.CHANNELS;
    for (int i = 0; i < rows; i++) {
      if (whole == null && (strip == null || y == top + strip.height())) {
        nextStrip();
      }
      if (whole != null) {
        whole.read(target, offset + i * rowSamples, rows - i);
        return;
      }
      byte[] pixels = strip.pixels();
      int in = (y - top) * rowSamples;
      int out = offset + i * rowSamples;
      for (int k = 0; k < rowSamples; k++) {
        target[out + k] = (short) (pixels[in + k] & 0xFF);
      }
      y++;
    }
  }

  private void nextStrip() throws ImageException {
    int unitRow = y / header.unitHeight();
    try {
      if (unitRow == 0) {
        decodeUnitRow();
      } else {
        slide();
      }
      if (unitRowsDecoded < unitRows) {
        decodeUnitRow();
      }
    } catch (Unclean e) {
      decodeWhole();
      return;
    }
    top = y;
    int height = Math.min(header.unitHeight(), layout.height() - top);
    strip = new RegionSamples(new Region(0, top, layout.width(), height), header, planes).toRgb();
  }

  private void decodeUnitRow() throws Unclean {
    for (int unit = 0; unit < header.unitsPerRow(); unit++) {
      blocks.beginUnit();
      for (int c = 0; c < planes.length; c++) {
        BaselineHeader.Component component = header.components().get(c);
        for (int v = 0; v < component.vertical(); v++) {
          int blockY = unitRowsDecoded * component.vertical() + v;
          for (int h = 0; h < component.horizontal(); h++) {
            planes[c].put(blocks.decode(c), unit * component.horizontal() + h, blockY);
          }
        }
      }
    }
    if (blocks.isFar()) {
      // Pixels are the whole decoder's, whose arithmetic differs here.
      throw new Unclean();
    }
    unitRowsDecoded++;
  }

  /** Moves the windows down by a row of units. */
  private void slide() {
    for (int c = 0; c < planes.length; c++) {
      RegionSamples.Plane plane = planes[c];
      byte[] samples = plane.samples();
      int step = samples.length / WINDOW;
      System.arraycopy(samples, step, samples, 0, samples.length - step);
      planes[c] = plane.at(plane.top() + plane.high() / WINDOW);
    }
  }

  private void decodeWhole() throws ImageException {
    try {
      whole = new WholeRows(decoder.decode(file), Optional.empty(), layout.colours(), metadata);
    } catch (OutOfMemoryError e) {
      throw new ImageException(
          Reason.BEYOND_MEMORY, "is damaged, and to decode it whole there is not enough memory", e);
    }
    whole.skip(y);
    strip = null;
  }

  @Override
  public void close() {
    // Memory alone.
  }
}
