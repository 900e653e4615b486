package io.sparksr.core.image;

import io.sparksr.core.image.JpegBits.Unclean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Decodes parts of a baseline JPEG with the bytes a decoder of the whole image gives: the
 * entropy-coded data is read up to the last row that is asked for, but only blocks within the
 * regions are transformed. The memory it takes does not depend on the size of the image.
 */
final class JpegRegions {
  /** One bit each in a block's mask. */
  static final int MOST_REGIONS = Long.SIZE;

  private final BaselineHeader header;
  private final List<RegionSamples> regions;
  private final JpegBlocks blocks;
  private final int unitsPerRow;
  private final int unitRows;

  private JpegRegions(byte[] bytes, BaselineHeader header, List<Region> regions) {
    this.header = header;
    this.regions = regions.stream().map(region -> new RegionSamples(region, header)).toList();
    this.blocks = new JpegBlocks(bytes, header);
    this.unitsPerRow = header.unitsPerRow();
    int rows = 0;
    for (RegionSamples region : this.regions) {
      for (int c = 0; c < header.components().size(); c++) {
        int perUnit = header.components().get(c).vertical();
        rows = Math.max(rows, (region.plane(c).endRow() + perUnit - 1) / perUnit);
      }
    }
    this.unitRows = rows;
  }

  /**
   * Decodes regions.
   *
   * @param structure of these bytes
   * @param regions within the image
   * @return one image per region; empty if the file is of another kind or damaged: then the whole
   *     image has to be decoded
   */
  static Optional<List<RgbImage>> decode(
      byte[] bytes, JpegStructure structure, List<Region> regions) {
    if (regions.size() > MOST_REGIONS) {
      return Optional.empty();
    }
    Optional<BaselineHeader> header = BaselineHeader.of(bytes, structure);
    if (header.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new JpegRegions(bytes, header.get(), regions).run());
    } catch (Unclean e) {
      return Optional.empty();
    }
  }

  private List<RgbImage> run() throws Unclean {
    Wanted wanted = new Wanted();
    for (int row = 0; row < unitRows; row++) {
      wanted.mark(row);
      for (int unit = 0; unit < unitsPerRow; unit++) {
        blocks.beginUnit();
        unit(row, unit, wanted);
      }
    }
    List<RgbImage> images = new ArrayList<>(regions.size());
    for (RegionSamples region : regions) {
      images.add(region.toRgb());
    }
    return images;
  }

  private void unit(int row, int unit, Wanted wanted) throws Unclean {
    for (int c = 0; c < wanted.masks.length; c++) {
      BaselineHeader.Component component = header.components().get(c);
      for (int v = 0; v < component.vertical(); v++) {
        long[] masks = wanted.masks[c][v];
        for (int h = 0; h < component.horizontal(); h++) {
          int blockX = unit * component.horizontal() + h;
          if (masks[blockX] == 0) {
            blocks.skip(c);
          } else {
            put(blocks.decode(c), c, blockX, row * component.vertical() + v, masks[blockX]);
          }
        }
      }
    }
  }

  private void put(byte[] samples, int c, int blockX, int blockY, long mask) {
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      int region = Long.numberOfTrailingZeros(rest);
      regions.get(region).plane(c).put(samples, blockX, blockY);
    }
  }

  /** For one row of units, which regions want which block. */
  private final class Wanted {
    /** By component, row of blocks within the unit, and column of blocks: a bit per region. */
    final long[][][] masks;

    Wanted() {
      masks = new long[header.components().size()][][];
      for (int c = 0; c < masks.length; c++) {
        BaselineHeader.Component component = header.components().get(c);
        masks[c] = new long[component.vertical()][unitsPerRow * component.horizontal()];
      }
    }

    void mark(int row) {
      for (int c = 0; c < masks.length; c++) {
        for (int v = 0; v < masks[c].length; v++) {
          long[] mask = masks[c][v];
          Arrays.fill(mask, 0);
          int blockY = row * masks[c].length + v;
          for (int i = 0; i < regions.size(); i++) {
            RegionSamples.Plane plane = regions.get(i).plane(c);
            if (blockY >= plane.firstRow() && blockY < plane.endRow()) {
              for (int x = plane.firstBlock(); x < plane.endBlock(); x++) {
                mask[x] |= 1L << i;
              }
            }
          }
        }
      }
    }
  }
}
