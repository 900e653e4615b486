package io.sparksr.core.image;

import java.util.Optional;

/**
 * A Huffman code of a JPEG file (ITU-T T.81, annex C), as tables for codes of up to {@value
 * #LOOK_BITS} bits and canonical limits for longer ones.
 */
final class HuffmanTable {
  /** Longer codes are rare. */
  static final int LOOK_BITS = 10;

  private static final int MOST_BITS = 16;

  /** By the next {@value #LOOK_BITS} bits: length of the code times 256 plus symbol, or 0. */
  final short[] look = new short[1 << LOOK_BITS];

  /** How many bits {@link #skips} looks at: about two values of a photograph. */
  static final int SKIP_BITS = 11;

  /** Set in {@link #skips} where the last of the values ends its block. */
  static final int ENDS = 1 << 16;

  /** The largest code of each length, -1 without one. */
  final int[] maxCode = new int[MOST_BITS + 2];

  /** What to add to a code of each length for its place in {@link #symbols}. */
  final int[] offset = new int[MOST_BITS + 1];

  final byte[] symbols;

  /** Empty until it is needed. */
  private int[] values = new int[0];

  private HuffmanTable(byte[] symbols) {
    this.symbols = symbols;
  }

  /**
   * Makes the tables.
   *
   * @param counts number of codes of each length, 1 to 16
   * @return empty if these are no lengths of a prefix code
   */
  static Optional<HuffmanTable> of(int[] counts, byte[] symbols) {
    HuffmanTable table = new HuffmanTable(symbols);
    int code = 0;
    int place = 0;
    for (int length = 1; length <= MOST_BITS; length++) {
      table.offset[length] = place - code;
      for (int i = 0; i < counts[length - 1]; i++) {
        if (length <= LOOK_BITS) {
          table.enter(code, length, symbols[place] & 0xFF);
        }
        code++;
        place++;
      }
      table.maxCode[length] = counts[length - 1] > 0 ? code - 1 : -1;
      if (code > 1 << length) {
        return Optional.empty();
      }
      code <<= 1;
    }
    table.maxCode[MOST_BITS + 1] = Integer.MAX_VALUE;
    return Optional.of(table);
  }

  /**
   * For passing over coefficients: by the next {@value #SKIP_BITS} bits, what the values that lie
   * wholly within them take together: their bits, plus 256 times the coefficients they stand for,
   * plus {@link #ENDS} for an end of block; 0 if the first one is longer.
   */
  int[] skips() {
    int[] skips = new int[1 << SKIP_BITS];
    for (int window = 0; window < skips.length; window++) {
      int used = 0;
      int passed = 0;
      int end = 0;
      while (end == 0 && used < SKIP_BITS) {
        int entry = look[(window << used & (skips.length - 1)) >> (SKIP_BITS - LOOK_BITS)];
        int size = entry & 15;
        int length = (entry >> 8) + size;
        if (entry == 0 || used + length > SKIP_BITS) {
          break;
        }
        used += length;
        if (size == 0 && (entry & 0xFF) != 0xF0) {
          end = ENDS;
        } else {
          passed += (entry >> 4 & 15) + 1;
        }
      }
      skips[window] = end | passed << 8 | used;
    }
    return skips;
  }

  /**
   * For reading coefficients: by the next {@value #SKIP_BITS} bits, the first one if its code and
   * its value lie wholly within them: the value times 2^16, plus the zeros before it times 2^8,
   * plus the bits taken; else 0.
   */
  int[] values() {
    if (values.length == 0) {
      int[] made = new int[1 << SKIP_BITS];
      for (int window = 0; window < made.length; window++) {
        int entry = look[window >> (SKIP_BITS - LOOK_BITS)];
        int size = entry & 15;
        int used = (entry >> 8) + size;
        if (size > 0 && used <= SKIP_BITS) {
          int value = JpegBits.extend(window >> (SKIP_BITS - used) & ((1 << size) - 1), size);
          made[window] = value << 16 | (entry >> 4 & 15) << 8 | used;
        }
      }
      values = made;
    }
    return values;
  }

  private void enter(int code, int length, int symbol) {
    int free = LOOK_BITS - length;
    for (int rest = 0; rest < 1 << free && (code << free | rest) < look.length; rest++) {
      look[code << free | rest] = (short) (length << 8 | symbol);
    }
  }
}
