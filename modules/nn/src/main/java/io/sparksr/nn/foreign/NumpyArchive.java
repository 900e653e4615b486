package io.sparksr.nn.foreign;

import io.sparksr.core.UserException;
import io.sparksr.nn.ElementType;
import io.sparksr.nn.NamedTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What {@code numpy.savez} and {@code savez_compressed} write: an {@code .npy} for each array. */
final class NumpyArchive {
  private static final String EXTENSION = ".npy";
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '([^']{1,20})', 'fortran_order': (True|False),"
              + " 'shape': \\(([0-9, ]{0,200})\\), *\\}\\s*");
  private static final Map<String, ElementType> TYPES =
      Map.of("<f2", ElementType.FLOAT16, "<f4", ElementType.FLOAT32, "<f8", ElementType.FLOAT64);
  private static final Pattern INTEGER = Pattern.compile("[<|][iub]\\d");

  private NumpyArchive() {}

  /**
   * Reads all arrays.
   *
   * @param fileBytes size of the archive, which bounds what it may expand to
   * @throws UserException (input) if it is damaged, expands to too much or holds objects
   */
  static List<WeightFile.Part> read(ZipFile zip, long fileBytes, String source) throws IOException {
    Map<String, NamedTensor> tensors = new LinkedHashMap<>();
    List<String> integers = new ArrayList<>();
    // Weights hardly shrink; zeros, such as biases that were never trained, do.
    long budget = 20 * fileBytes + (1 << 20);
    for (ZipEntry entry : Collections.list(zip.entries())) {
      String name = entry.getName();
      if (!name.endsWith(EXTENSION)) {
        throw UserException.input(source + ": entry " + name + " belongs to no format known here");
      }
      budget -= Math.max(0, entry.getSize());
      if (entry.getSize() < 0 || budget < 0) {
        throw UserException.input(source + ": expands to far more than its size");
      }
      byte[] bytes = zip.getInputStream(entry).readNBytes((int) entry.getSize());
      String array = name.substring(0, name.length() - EXTENSION.length());
      if (!add(tensors, array, bytes, source)) {
        integers.add(array);
      }
    }
    return tensors.isEmpty() ? List.of() : List.of(new WeightFile.Part("", tensors, integers));
  }

  private static boolean add(
      Map<String, NamedTensor> tensors, String name, byte[] file, String source) {
    int start = file.length > 10 && file[6] == 1 ? 10 : 12;
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    boolean begins = file.length > 12 && ByteBuffer.wrap(file, 0, 6).equals(ByteBuffer.wrap(MAGIC));
    int length = !begins ? -1 : start == 10 ? bytes.getShort(8) & 0xFFFF : bytes.getInt(8);
    if (length < 0 || length > Math.min(file.length - start, 10_000)) {
      throw damaged(source, name, "its header");
    }
    String text = new String(file, start, length, StandardCharsets.ISO_8859_1);
    Matcher header = HEADER.matcher(text);
    if (!header.matches()) {
      throw damaged(source, name, "its header");
    }
    ElementType type = TYPES.get(header.group(1));
    if (type == null && INTEGER.matcher(header.group(1)).matches()) {
      return false;
    }
    if (type == null) {
      throw UserException.input(
          source + ": refused: " + name + " has type '" + header.group(1) + "', no number");
    }
    long[] shape = shape(header.group(3), source, name);
    bytes.position(start + length);
    ByteBuffer elements = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    long size = type.size();
    for (long side : shape) {
      size = Math.min(size, Integer.MAX_VALUE) * side;
    }
    if (size != elements.remaining()) {
      throw damaged(source, name, elements.remaining() + " bytes for a shape of " + size);
    }
    float[] values = new float[(int) (size / type.size())];
    boolean fortran = header.group(2).equals("True");
    for (int i = 0; i < values.length; i++) {
      values[i] = type.read(elements, fortran ? columnFirst(i, shape) : i);
    }
    tensors.put(name, new NamedTensor(name, shape, FloatBuffer.wrap(values)));
    return true;
  }

  /** Where the element of a C-order index lies in Fortran order. */
  private static int columnFirst(int index, long[] shape) {
    long rest = index;
    long weight = 1;
    for (long side : shape) {
      weight *= side;
    }
    long position = 0;
    for (int d = shape.length - 1; d >= 0; d--) {
      weight /= shape[d];
      position += rest % shape[d] * weight;
      rest /= shape[d];
    }
    return (int) position;
  }

  private static long[] shape(String text, String source, String name) {
    String[] sides = text.isBlank() ? new String[0] : text.strip().split(" *, *");
    long[] shape = new long[sides.length];
    for (int i = 0; i < sides.length; i++) {
      if (!sides[i].matches("\\d{1,9}") || sides.length > 8) {
        throw damaged(source, name, "its shape (" + text + ")");
      }
      shape[i] = Long.parseLong(sides[i]);
    }
    return shape;
  }

  private static UserException damaged(String source, String name, String what) {
    return UserException.input(source + ": " + name + " is damaged: " + what);
  }
}
