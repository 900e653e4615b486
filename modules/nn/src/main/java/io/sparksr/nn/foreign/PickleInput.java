package io.sparksr.nn.foreign;

import io.sparksr.core.UserException;
import io.sparksr.nn.foreign.PickleValue.None;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The bytes of a pickle: operation codes, numbers and texts, none larger than a model needs. */
final class PickleInput {
  private static final int MAX_TEXT = 1 << 20;
  private static final int MAX_NAME = 1000;
  private static final int MAX_INTEGER_BYTES = 16;
  private static final None NONE = new None();

  private final ByteBuffer in;
  private final String source;

  /**
   * An input at a position.
   *
   * @param in little endian
   * @param source for messages
   */
  PickleInput(ByteBuffer in, String source) {
    this.in = in;
    this.source = source;
  }

  int unsignedByte() {
    return in.get() & 0xFF;
  }

  int integer() {
    return in.getInt();
  }

  /** Accepts the protocol that follows, if it is one that {@code torch.save} writes. */
  void protocol() {
    int protocol = in.get();
    if (protocol < 2 || protocol > 5) {
      throw broken("protocol " + protocol + ", not 2 to 5");
    }
  }

  /** Passes over the length of a frame, which says nothing about the values. */
  void frame() {
    in.getLong();
  }

  /** The number or text that an operation code announces; none if it is of another kind. */
  Optional<Object> scalar(int code) {
    Object value =
        switch (code) {
          case 'N' -> NONE;
          case 0x88 -> true;
          case 0x89 -> false;
          case 'K' -> (long) unsignedByte();
          case 'M' -> (long) (in.getShort() & 0xFFFF);
          case 'J' -> (long) in.getInt();
          case 0x8a -> integer(unsignedByte());
          case 0x8b -> integer(in.getInt());
          // The one big-endian number of the format.
          case 'G' -> Double.longBitsToDouble(Long.reverseBytes(in.getLong()));
          case 'X', 'B', 'T' -> text(in.getInt());
          case 0x8c, 'C', 'U' -> text(unsignedByte());
          case 0x8d, 0x8e -> {
            long length = in.getLong();
            yield text(length < 0 || length > MAX_TEXT ? -1 : (int) length);
          }
          default -> null;
        };
    return Optional.ofNullable(value);
  }

  /** A text up to the end of its line. */
  String line() {
    StringBuilder text = new StringBuilder();
    for (byte next = in.get(); next != '\n'; next = in.get()) {
      text.append((char) (next & 0xFF));
      if (text.length() > MAX_NAME) {
        throw broken("a name of more than " + MAX_NAME + " characters");
      }
    }
    return text.toString();
  }

  private Object integer(int length) {
    if (length < 0 || length > MAX_INTEGER_BYTES) {
      throw broken("an integer of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    for (int i = length - 1; i >= 0; i--) {
      bytes[i] = in.get();
    }
    BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private String text(int length) {
    if (length < 0 || length > MAX_TEXT || length > in.remaining()) {
      throw broken("a text of " + Integer.toUnsignedString(length) + " bytes");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  UserException broken(String what) {
    return UserException.input(source + ": the pickle is damaged: " + what);
  }
}
