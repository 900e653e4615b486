package io.sparksr.core.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Blocks of the entropy-coded data of a baseline JPEG. Takes what libjpeg takes without a warning,
 * and with the same outcome; where it would warn and guess, this throws {@link Unclean}.
 */
final class JpegBits {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  /** From the order of the file to rows of a block. */
  static final byte[] NATURAL_ORDER = {
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63
  };

  private static final int END_OF_BLOCK = 64;
  private static final int MOST_CODE_BITS = 16;

  private final byte[] data;
  private int position;

  /** The lowest {@link #count} bits are those to come; the last {@link #padding} are made up. */
  private long bits;

  private int count;
  private int padding;
  private long magnitude;

  /** The data is damaged, or in a form that only a complete decoder knows. */
  static final class Unclean extends Exception {
    private static final long serialVersionUID = 1L;

    Unclean() {
      // Thrown where another decoder takes over; nobody looks at where it came from.
      super("not clean", null, false, false);
    }
  }

  /** Begins at an offset; the data ends with a marker. */
  JpegBits(byte[] data, int position) {
    this.data = data;
    this.position = position;
  }

  /** Goes behind restart marker 0 to 7, which must be the next marker. */
  void restart(int number) throws Unclean {
    // Left over bytes are passed over: of those that it has read already, libjpeg says nothing.
    while (position + 1 < data.length
        && (data[position] != (byte) 0xFF || data[position + 1] == 0)) {
      position++;
    }
    if (position + 1 >= data.length || data[position + 1] != (byte) (0xD0 + number)) {
      throw new Unclean();
    }
    position += 2;
    bits = 0;
    count = 0;
    padding = 0;
  }

  /** Reads the difference between a block's mean and the one before. */
  int dcDifference(HuffmanTable table) throws Unclean {
    fill();
    int symbol = symbol(table);
    return symbol == 0 ? 0 : extend(take(symbol), symbol);
  }

  /**
   * Passes over the other 63 coefficients.
   *
   * @param skips of the table
   */
  void skipAc(HuffmanTable table, int[] skips) throws Unclean {
    long acc = bits;
    int have = count;
    int k = 1;
    while (k < END_OF_BLOCK) {
      if (have < 32) {
        bits = acc;
        count = have;
        fill();
        acc = bits;
        have = count;
      }
      int several = skips[(int) (acc >>> (have - HuffmanTable.SKIP_BITS)) & (skips.length - 1)];
      int next = k + (several >> 8 & 0xFF);
      // What follows a block that is full belongs to the next one.
      if (several != 0 && next < END_OF_BLOCK) {
        have -= several & 0xFF;
        k = next;
        if (several >= HuffmanTable.ENDS) {
          break;
        }
        continue;
      }
      count = have;
      bits = acc;
      int entry = entry(table);
      int size = entry & 15;
      have -= (entry >> 8) + size;
      if (size == 0 && (entry & 0xFF) != 0xF0) {
        break;
      }
      k += (entry >> 4 & 15) + 1;
    }
    bits = acc;
    count = have;
    if (have < padding) {
      throw new Unclean();
    }
  }

  /**
   * Reads the other 63 coefficients.
   *
   * @param quantisation by position in the file
   * @param block in rows; zero on entry but for the mean; the coefficients times quantisation, cut
   *     off to 16 bits
   * @return the last position in the file that is not 0
   */
  int readAc(HuffmanTable table, int[] quantisation, int[] block) throws Unclean {
    int[] values = table.values();
    long acc = bits;
    int have = count;
    int last = 0;
    long sum = 0;
    int k = 1;
    while (k < END_OF_BLOCK) {
      if (have < 32) {
        bits = acc;
        count = have;
        fill();
        acc = bits;
        have = count;
      }
      int value = values[(int) (acc >>> (have - HuffmanTable.SKIP_BITS)) & (values.length - 1)];
      if (value != 0) {
        have -= value & 0xFF;
        k += value >> 8 & 0xFF;
        value >>= 16;
      } else {
        bits = acc;
        count = have;
        int entry = entry(table);
        int size = entry & 15;
        have -= (entry >> 8) + size;
        if (size == 0) {
          if ((entry & 0xF0) != 0xF0) {
            break;
          }
          k += 16;
          continue;
        }
        k += (entry >> 4) & 15;
        value = extend((int) (acc >>> have) & ((1 << size) - 1), size);
      }
      // Beyond the end, libjpeg silently takes it for the last one.
      k = Math.min(k, END_OF_BLOCK - 1);
      value *= quantisation[k];
      sum += Math.abs(value);
      block[NATURAL_ORDER[k]] = (short) value;
      last = k;
      k++;
    }
    bits = acc;
    count = have;
    magnitude = sum;
    if (have < padding) {
      throw new Unclean();
    }
    return last;
  }

  /** The sum of the absolute values that {@link #readAc} read, before they were cut off. */
  long magnitude() {
    return magnitude;
  }

  private int symbol(HuffmanTable table) throws Unclean {
    int entry = entry(table);
    count -= entry >> 8;
    return entry & 0xFF;
  }

  /** The next code, not taken yet: its length times 256 plus its symbol. */
  private int entry(HuffmanTable table) throws Unclean {
    short[] look = table.look;
    int entry = look[(int) (bits >>> (count - HuffmanTable.LOOK_BITS)) & (look.length - 1)];
    return entry == 0 ? longCode(table) : entry;
  }

  /** A code that is not in the first table: its length times 256 plus its symbol. */
  private int longCode(HuffmanTable table) throws Unclean {
    int length = HuffmanTable.LOOK_BITS + 1;
    int code = (int) (bits >>> (count - length)) & ((1 << length) - 1);
    while (code > table.maxCode[length]) {
      length++;
      if (length > MOST_CODE_BITS) {
        // No code at all. libjpeg takes a 0 for it, in its quick way through a unit without a word.
        return length << 8;
      }
      code = (int) (bits >>> (count - length)) & ((1 << length) - 1);
    }
    int place = code + table.offset[length];
    if (place < 0 || place >= table.symbols.length) {
      throw new Unclean();
    }
    return length << 8 | (table.symbols[place] & 0xFF);
  }

  private int take(int size) {
    count -= size;
    return (int) (bits >>> count) & ((1 << size) - 1);
  }

  /** Values without a leading one are negative (T.81, F.12). */
  static int extend(int value, int size) {
    return value + (((value - (1 << (size - 1))) >> 31) & (1 - (1 << size)));
  }

  /** Afterwards at least 32 bits are there: more than any code and its value need. */
  private void fill() throws Unclean {
    if (count >= 32) {
      return;
    }
    if (position + Integer.BYTES <= data.length) {
      int next = (int) INT.get(data, position);
      // No byte of all ones among the four.
      if (((~next - 0x01010101) & next & 0x80808080) == 0) {
        bits = bits << 32 | (next & 0xFFFFFFFFL);
        count += 32;
        position += Integer.BYTES;
        return;
      }
    }
    fillSlowly();
  }

  private void fillSlowly() throws Unclean {
    while (count < 32) {
      int value = 0;
      if (position + 1 >= data.length) {
        throw new Unclean();
      }
      if (data[position] != (byte) 0xFF) {
        value = data[position++] & 0xFF;
      } else if (data[position + 1] == 0) {
        value = 0xFF;
        position += 2;
      } else {
        // A marker: what comes before it may end with fewer bits than are looked at together.
        padding += Byte.SIZE;
      }
      bits = bits << Byte.SIZE | value;
      count += Byte.SIZE;
    }
  }
}
