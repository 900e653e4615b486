package io.sparksr.core.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the decoding of a baseline JPEG with one scan needs, of gray or Y'CbCr colours.
 *
 * @param width in pixels
 * @param height in pixels
 * @param components in the order of the file
 * @param restartInterval units between restart markers, 0 for none
 * @param data where the entropy-coded data begins
 */
record BaselineHeader(
    int width, int height, List<Component> components, int restartInterval, int data) {

  /**
   * One colour component.
   *
   * @param horizontal blocks per unit from left to right, 1 or 2
   * @param vertical blocks per unit from top to bottom, 1 or 2
   * @param quantisation by position in the file
   * @param skips {@link HuffmanTable#skips} of {@code ac}
   */
  record Component(
      int horizontal,
      int vertical,
      int[] quantisation,
      HuffmanTable dc,
      HuffmanTable ac,
      int[] skips) {}

  /** How many pixels wide a sample of the second and third component is. */
  int chromaWidth() {
    return components.get(0).horizontal;
  }

  /** How many pixels high a sample of the second and third component is. */
  int chromaHeight() {
    return components.get(0).vertical;
  }

  /** Units, patches of 8x8 samples of the most subsampled component, from left to right. */
  int unitsPerRow() {
    return (width + 8 * chromaWidth() - 1) / (8 * chromaWidth());
  }

  /** Pixels of a unit from top to bottom. */
  int unitHeight() {
    return 8 * chromaHeight();
  }

  /**
   * Reads the segments before the data.
   *
   * @param structure of the same bytes, so segments are known to lie within them
   * @return empty for progressive files and whatever else is not handled
   */
  static Optional<BaselineHeader> of(byte[] bytes, JpegStructure structure) {
    return structure.hasJunk() || structure.scans() != 1
        ? Optional.empty()
        : new Parser(bytes, structure).parse();
  }

  private static final class Parser {
    private final byte[] bytes;
    private final JpegStructure structure;
    private final int[][] quantisation = new int[4][];
    private final HuffmanTable[] dc = new HuffmanTable[4];
    private final HuffmanTable[] ac = new HuffmanTable[4];
    private final int[][] skips = new int[4][];
    private final List<int[]> frame = new ArrayList<>();
    private int restartInterval;
    private boolean isJfif;

    Parser(byte[] bytes, JpegStructure structure) {
      this.bytes = bytes;
      this.structure = structure;
    }

    Optional<BaselineHeader> parse() {
      int at = 2;
      while (true) {
        while (u8(at) == 0xFF) {
          at++;
        }
        int marker = u8(at);
        int from = at + 3;
        int end = at + 1 + u16(at + 1);
        boolean isKnown =
            switch (marker) {
              case 0xC0, 0xC1 -> frame(from);
              case 0xC4 -> huffman(from, end);
              case 0xDB -> quantisation(from, end);
              case 0xDD -> restart(from, end);
              case 0xDA -> true;
              case 0xE0 -> jfif(from, end);
              default -> marker > 0xE0;
            };
        if (!isKnown) {
          return Optional.empty();
        }
        if (marker == 0xDA) {
          return scan(from, end);
        }
        at = end;
      }
    }

    private boolean jfif(int from, int end) {
      isJfif |= end - from >= 14 && ByteView.bigEndian(bytes).holds(from, "JFIF\0");
      return true;
    }

    private boolean restart(int from, int end) {
      restartInterval = u16(from);
      return end - from == 2;
    }

    private boolean frame(int from) {
      int count = u8(from + 5);
      for (int i = 0; i < count; i++) {
        int at = from + 6 + 3 * i;
        frame.add(new int[] {u8(at), u8(at + 1) >> 4, u8(at + 1) & 15, u8(at + 2)});
      }
      return true;
    }

    private boolean quantisation(int from, int end) {
      int at = from;
      while (at < end) {
        int precision = u8(at) >> 4;
        int number = u8(at) & 15;
        int step = precision + 1;
        if (precision > 1 || number > 3 || at + 1 + 64 * step > end) {
          return false;
        }
        quantisation[number] = new int[64];
        for (int i = 0; i < 64; i++) {
          quantisation[number][i] = step == 1 ? u8(at + 1 + i) : u16(at + 1 + 2 * i);
        }
        at += 1 + 64 * step;
      }
      return true;
    }

    private boolean huffman(int from, int end) {
      int at = from;
      while (at < end) {
        int kind = u8(at) >> 4;
        int number = u8(at) & 15;
        if (kind > 1 || number > 3 || at + 17 > end) {
          return false;
        }
        int[] counts = new int[16];
        int total = 0;
        for (int i = 0; i < counts.length; i++) {
          counts[i] = u8(at + 1 + i);
          total += counts[i];
        }
        if (total > 256 || at + 17 + total > end) {
          return false;
        }
        byte[] symbols = new byte[total];
        System.arraycopy(bytes, at + 17, symbols, 0, total);
        Optional<HuffmanTable> table = HuffmanTable.of(counts, symbols);
        // A complete decoder refuses such a table even where nothing uses it.
        boolean isBogus = kind == 0 && hasMoreThanBits(symbols);
        if (table.isEmpty() || isBogus) {
          return false;
        }
        (kind == 0 ? dc : ac)[number] = table.get();
        at += 17 + total;
      }
      return true;
    }

    /** A mean's symbols are numbers of bits. */
    private static boolean hasMoreThanBits(byte[] symbols) {
      for (byte symbol : symbols) {
        if ((symbol & 0xFF) > 15) {
          return true;
        }
      }
      return false;
    }

    private Optional<BaselineHeader> scan(int from, int end) {
      int count = u8(from);
      if (count != frame.size() || end != from + 4 + 2 * count) {
        return Optional.empty();
      }
      int tail = from + 1 + 2 * count;
      if (u8(tail) != 0 || u8(tail + 1) != 63 || u8(tail + 2) != 0) {
        return Optional.empty();
      }
      List<Component> components = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int[] part = frame.get(i);
        int tables = u8(from + 2 + 2 * i);
        boolean isInOrder = u8(from + 1 + 2 * i) == part[0];
        if (!isInOrder || tables >> 4 > 3 || (tables & 15) > 3 || part[3] > 3) {
          return Optional.empty();
        }
        int[] steps = quantisation[part[3]];
        HuffmanTable dcTable = dc[tables >> 4];
        HuffmanTable acTable = ac[tables & 15];
        if (steps == null || dcTable == null || acTable == null) {
          return Optional.empty();
        }
        // The only component of a scan has one block per unit, whatever its factors.
        components.add(
            count == 1
                ? new Component(1, 1, steps, dcTable, acTable, skips(tables & 15))
                : new Component(part[1], part[2], steps, dcTable, acTable, skips(tables & 15)));
      }
      return isHandled(components)
          ? Optional.of(
              new BaselineHeader(
                  structure.frame().width(),
                  structure.frame().height(),
                  components,
                  restartInterval,
                  end))
          : Optional.empty();
    }

    private int[] skips(int number) {
      if (skips[number] == null) {
        skips[number] = ac[number].skips();
      }
      return skips[number];
    }

    private boolean isHandled(List<Component> components) {
      if (components.size() == 1) {
        return true;
      }
      Component luma = components.get(0);
      boolean isSampled =
          luma.horizontal >= 1 && luma.horizontal <= 2 && luma.vertical >= 1 && luma.vertical <= 2;
      for (Component chroma : components.subList(1, components.size())) {
        isSampled &= chroma.horizontal == 1 && chroma.vertical == 1;
      }
      // With two chroma columns or fewer, libjpeg repeats samples instead of interpolating.
      boolean isWide = luma.horizontal == 1 || structure.frame().width() > 4;
      return components.size() == 3 && isSampled && isWide && isYcc();
    }

    /** As libjpeg guesses. */
    private boolean isYcc() {
      if (isJfif) {
        return true;
      }
      if (structure.adobeTransform() >= 0) {
        return structure.adobeTransform() == 1;
      }
      return frame.get(0)[0] == 1 && frame.get(1)[0] == 2 && frame.get(2)[0] == 3;
    }

    private int u8(int at) {
      return bytes[at] & 0xFF;
    }

    private int u16(int at) {
      return u8(at) << 8 | u8(at + 1);
    }
  }
}
