package io.sparksr.nn;

import java.nio.ByteBuffer;

/** How a file stores the elements of a tensor, little endian. */
public enum ElementType {
  /** IEEE half precision. */
  FLOAT16(2) {
    @Override
    public float read(ByteBuffer bytes, int index) {
      return halfToFloat(bytes.getShort(index * Short.BYTES));
    }
  },
  /** The upper half of a float32. */
  BFLOAT16(2) {
    @Override
    public float read(ByteBuffer bytes, int index) {
      return Float.intBitsToFloat(bytes.getShort(index * Short.BYTES) << Short.SIZE);
    }
  },
  /** As it is. */
  FLOAT32(4) {
    @Override
    public float read(ByteBuffer bytes, int index) {
      return bytes.getFloat(index * Float.BYTES);
    }
  },
  /** Rounded to the nearest float32. */
  FLOAT64(8) {
    @Override
    public float read(ByteBuffer bytes, int index) {
      return (float) bytes.getDouble(index * Double.BYTES);
    }
  };

  private final int size;

  ElementType(int size) {
    this.size = size;
  }

  /** Bytes of one element. */
  public int size() {
    return size;
  }

  /**
   * One element as float32.
   *
   * @param bytes in little-endian order, elements from index 0
   */
  public abstract float read(ByteBuffer bytes, int index);

  private static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half >> 10 & 0x1F;
    int fraction = half & 0x3FF;
    if (exponent == 0) {
      // Zero and subnormal numbers: multiples of 2^-24, exact in float32.
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 0x1F ? 0xFF : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }
}
