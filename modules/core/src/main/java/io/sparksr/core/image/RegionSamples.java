package io.sparksr.core.image;

/**
 * The samples of a JPEG that one region is made from: whole blocks of each component, and around
 * subsampled ones the neighbours that interpolation looks at.
 */
final class RegionSamples {
  static final int BLOCK = 8;

  private final Region region;
  private final BaselineHeader header;
  private final Plane[] planes;

  RegionSamples(Region region, BaselineHeader header) {
    this(region, header, new Plane[header.components().size()]);
    for (int c = 0; c < planes.length; c++) {
      planes[c] =
          c == 0
              ? Plane.of(region, 1, 1, header)
              : Plane.of(region, header.chromaWidth(), header.chromaHeight(), header);
    }
  }

  /** With samples that are there already, or are put there later. */
  RegionSamples(Region region, BaselineHeader header, Plane[] planes) {
    this.region = region;
    this.header = header;
    this.planes = planes;
  }

  /** Samples of one component; {@code left} and {@code top} count samples, blocks begin there. */
  record Plane(int left, int top, int wide, int high, int lastX, int lastY, byte[] samples) {

    static Plane of(Region region, int pixelsWide, int pixelsHigh, BaselineHeader header) {
      int lastX = (header.width() + pixelsWide - 1) / pixelsWide - 1;
      int lastY = (header.height() + pixelsHigh - 1) / pixelsHigh - 1;
      int aroundX = pixelsWide - 1;
      int aroundY = pixelsHigh - 1;
      int left = Math.max(0, region.left() / pixelsWide - aroundX) / BLOCK;
      int right = Math.min(lastX, (region.right() - 1) / pixelsWide + aroundX) / BLOCK + 1;
      int top = Math.max(0, region.top() / pixelsHigh - aroundY) / BLOCK;
      int bottom = Math.min(lastY, (region.bottom() - 1) / pixelsHigh + aroundY) / BLOCK + 1;
      int wide = (right - left) * BLOCK;
      int high = (bottom - top) * BLOCK;
      return new Plane(left * BLOCK, top * BLOCK, wide, high, lastX, lastY, new byte[wide * high]);
    }

    /** The same samples as those of other rows. */
    Plane at(int otherTop) {
      return new Plane(left, otherTop, wide, high, lastX, lastY, samples);
    }

    int firstBlock() {
      return left / BLOCK;
    }

    int endBlock() {
      return (left + wide) / BLOCK;
    }

    int firstRow() {
      return top / BLOCK;
    }

    int endRow() {
      return (top + high) / BLOCK;
    }

    void put(byte[] block, int blockX, int blockY) {
      int at = (blockY * BLOCK - top) * wide + blockX * BLOCK - left;
      for (int i = 0; i < block.length; i += BLOCK) {
        System.arraycopy(block, i, samples, at, BLOCK);
        at += wide;
      }
    }

    /** Where a row begins, such that adding a column of the component gives a sample. */
    int row(int y) {
      return (y - top) * wide - left;
    }
  }

  Plane plane(int component) {
    return planes[component];
  }

  /** The pixels, once all blocks are put. */
  RgbImage toRgb() {
    byte[] rgb = new byte[region.width() * region.height() * RgbImage.CHANNELS];
    int[] blue = new int[region.width()];
    int[] red = new int[region.width()];
    for (int y = 0; y < region.height(); y++) {
      int out = y * region.width() * RgbImage.CHANNELS;
      if (planes.length == 1) {
        gray(region.top() + y, rgb, out);
      } else {
        chroma(planes[1], region.top() + y, blue);
        chroma(planes[2], region.top() + y, red);
        colour(region.top() + y, blue, red, rgb, out);
      }
    }
    return new RgbImage(region.width(), region.height(), rgb);
  }

  private void gray(int y, byte[] rgb, int from) {
    byte[] luma = planes[0].samples;
    int at = planes[0].row(y) + region.left();
    int out = from;
    for (int x = 0; x < region.width(); x++) {
      byte value = luma[at + x];
      rgb[out] = value;
      rgb[out + 1] = value;
      rgb[out + 2] = value;
      out += RgbImage.CHANNELS;
    }
  }

  /** From Y'CbCr by JFIF, in 16 fractional bits as libjpeg rounds. */
  private void colour(int y, int[] blue, int[] red, byte[] rgb, int from) {
    byte[] luma = planes[0].samples;
    int at = planes[0].row(y) + region.left();
    int out = from;
    int half = 1 << 15;
    for (int x = 0; x < blue.length; x++) {
      int light = luma[at + x] & 0xFF;
      int cb = blue[x] - 128;
      int cr = red[x] - 128;
      rgb[out] = clamp(light + ((91881 * cr + half) >> 16));
      rgb[out + 1] = clamp(light + ((-22554 * cb - 46802 * cr + half) >> 16));
      rgb[out + 2] = clamp(light + ((116130 * cb + half) >> 16));
      out += RgbImage.CHANNELS;
    }
  }

  private void chroma(Plane plane, int y, int[] row) {
    boolean isHalfWide = header.chromaWidth() == 2;
    boolean isHalfHigh = header.chromaHeight() == 2;
    if (isHalfWide && isHalfHigh) {
      quarter(plane, y, row);
    } else if (isHalfWide) {
      halfWide(plane, y, row);
    } else if (isHalfHigh) {
      halfHigh(plane, y, row);
    } else {
      int at = plane.row(y) + region.left();
      for (int x = 0; x < row.length; x++) {
        row[x] = plane.samples[at + x] & 0xFF;
      }
    }
  }

  /** Three parts of the nearer sample, one of the farther; rounded up and down in turn. */
  private void halfWide(Plane plane, int y, int[] row) {
    int at = plane.row(y);
    for (int i = 0; i < row.length; i++) {
      int x = region.left() + i;
      int near = x >> 1;
      boolean isLeft = (x & 1) == 0;
      int far = isLeft ? Math.max(near - 1, 0) : Math.min(near + 1, plane.lastX);
      int value = 3 * (plane.samples[at + near] & 0xFF) + (plane.samples[at + far] & 0xFF);
      row[i] = (value + (isLeft ? 1 : 2)) >> 2;
    }
  }

  private void halfHigh(Plane plane, int y, int[] row) {
    int near = plane.row(y >> 1) + region.left();
    int far = plane.row(farRow(plane, y)) + region.left();
    int bias = (y & 1) == 0 ? 1 : 2;
    for (int i = 0; i < row.length; i++) {
      int value = 3 * (plane.samples[near + i] & 0xFF) + (plane.samples[far + i] & 0xFF);
      row[i] = (value + bias) >> 2;
    }
  }

  private void quarter(Plane plane, int y, int[] row) {
    int nearRow = plane.row(y >> 1);
    int farRow = plane.row(farRow(plane, y));
    byte[] samples = plane.samples;
    for (int i = 0; i < row.length; i++) {
      int x = region.left() + i;
      int near = x >> 1;
      boolean isLeft = (x & 1) == 0;
      int far = isLeft ? Math.max(near - 1, 0) : Math.min(near + 1, plane.lastX);
      int nearSum = 3 * (samples[nearRow + near] & 0xFF) + (samples[farRow + near] & 0xFF);
      int farSum = 3 * (samples[nearRow + far] & 0xFF) + (samples[farRow + far] & 0xFF);
      row[i] = (3 * nearSum + farSum + (isLeft ? 8 : 7)) >> 4;
    }
  }

  private static int farRow(Plane plane, int y) {
    int near = y >> 1;
    return (y & 1) == 0 ? Math.max(near - 1, 0) : Math.min(near + 1, plane.lastY);
  }

  private static byte clamp(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
