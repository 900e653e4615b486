package io.sparksr.core.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decodes parts of a PNG that is not interlaced, with the bytes of a decoder of the whole image:
 * all rows are read, one at a time, so the memory it takes does not depend on their number, and
 * damaged files are left to that one.
 */
final class PngRegions {
  private static final int INTERLACING = 28;

  private final List<Region> regions;
  private final List<byte[]> pixels = new ArrayList<>();
  private final boolean isClipped;
  private final int shift;
  private final int step;
  private final short[] row;

  private PngRegions(List<Region> regions, ImageLayout layout, boolean isClipped) {
    this.regions = regions;
    this.isClipped = isClipped;
    this.shift = layout.bits() - 8;
    this.step = layout.alpha() ? 4 : RgbImage.CHANNELS;
    this.row = new short[layout.width() * step];
    for (Region region : regions) {
      pixels.add(new byte[region.width() * region.height() * RgbImage.CHANNELS]);
    }
  }

  /**
   * Decodes regions.
   *
   * @param header of these bytes
   * @param regions within the image
   * @return one image per region; empty if the file is interlaced or damaged: then the whole image
   *     has to be decoded
   * @throws ImageException if it is damaged, and too large for that
   */
  static Optional<List<RgbImage>> decode(byte[] bytes, ImageHeader header, List<Region> regions)
      throws ImageException {
    if (bytes[INTERLACING] != 0) {
      return Optional.empty();
    }
    try (PngRows rows = new PngRows(new ByteArrayInputStream(bytes), PngChunks.header(bytes))) {
      ImageLayout layout = rows.layout();
      // Pillow cuts 16-bit gray off at 255, and keeps the upper byte of other 16-bit samples.
      PngRegions parts = new PngRegions(regions, layout, header.mode().equals("I;16"));
      for (int y = 0; y < layout.height(); y++) {
        rows.read(parts.row, 0, 1);
        parts.put(y);
      }
      return Optional.of(parts.images());
    } catch (ImageException e) {
      // Decoders differ in the damage they pass over.
      if (DecodeMemory.OF_THIS_PROCESS.holds(header)) {
        return Optional.empty();
      }
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("memory can be read", e);
    }
  }

  private void put(int y) {
    for (int i = 0; i < regions.size(); i++) {
      Region region = regions.get(i);
      if (y >= region.top() && y < region.bottom()) {
        int out = (y - region.top()) * region.width() * RgbImage.CHANNELS;
        for (int x = region.left(); x < region.right(); x++) {
          for (int c = 0; c < RgbImage.CHANNELS; c++) {
            pixels.get(i)[out++] = eightBits(row[x * step + c] & 0xFFFF);
          }
        }
      }
    }
  }

  private byte eightBits(int sample) {
    return (byte) (isClipped ? Math.min(sample, 255) : sample >> shift);
  }

  private List<RgbImage> images() {
    List<RgbImage> images = new ArrayList<>(regions.size());
    for (int i = 0; i < regions.size(); i++) {
      images.add(new RgbImage(regions.get(i).width(), regions.get(i).height(), pixels.get(i)));
    }
    return images;
  }
}
