package io.sparksr.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A NumPy {@code .npy} file of uint8 or little-endian float32 in C order, version 1, 2 or 3.
 *
 * @param shape sizes of the dimensions; empty for a scalar
 * @param type {@code "|u1"} or {@code "<f4"}
 * @param data the elements' bytes, little-endian, last dimension fastest
 */
public record NumpyArray(int[] shape, String type, byte[] data) {
  private static final String MAGIC = "\u0093NUMPY";
  private static final Pattern TYPE = Pattern.compile("'descr':\\s*'([^']+)'");
  private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([^)]*)\\)");

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is no such file
   */
  public static NumpyArray read(Path file) {
    try {
      return parse(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads arrays of an {@code .npz} file.
   *
   * @param wanted which names, without {@code .npy}, to read
   * @return the arrays by name, in the order of the file
   */
  public static Map<String, NumpyArray> readArchive(Path file, Predicate<String> wanted) {
    Map<String, NumpyArray> arrays = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String name = entry.getName().substring(0, entry.getName().length() - ".npy".length());
        if (wanted.test(name)) {
          arrays.put(name, parse(zip.getInputStream(entry).readAllBytes()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return arrays;
  }

  /**
   * Reads a file's bytes.
   *
   * @throws IllegalArgumentException if they are no such file
   */
  public static NumpyArray parse(byte[] file) {
    String magic = new String(file, 0, Math.min(6, file.length), StandardCharsets.ISO_8859_1);
    if (file.length < 12 || !magic.equals(MAGIC)) {
      throw new IllegalArgumentException("not a .npy file");
    }
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    boolean isFirstVersion = file[6] == 1;
    int headerBytes = isFirstVersion ? buffer.getShort(8) & 0xFFFF : buffer.getInt(8);
    int start = isFirstVersion ? 10 : 12;
    String header = new String(file, start, headerBytes, StandardCharsets.ISO_8859_1);
    String type = find(TYPE, header);
    if (!type.equals("|u1") && !type.equals("<f4")) {
      throw new IllegalArgumentException("element type " + type + " is neither uint8 nor float32");
    }
    if (header.contains("'fortran_order': True")) {
      throw new IllegalArgumentException("the array is in Fortran order");
    }
    int[] shape =
        Arrays.stream(find(SHAPE, header).split(","))
            .map(String::strip)
            .filter(size -> !size.isEmpty())
            .mapToInt(Integer::parseInt)
            .toArray();
    byte[] data = Arrays.copyOfRange(file, start + headerBytes, file.length);
    long expected = Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
    if (data.length != expected * (type.equals("|u1") ? 1 : Float.BYTES)) {
      throw new IllegalArgumentException(
          data.length + " bytes do not fill the shape " + Arrays.toString(shape));
    }
    return new NumpyArray(shape, type, data);
  }

  /**
   * A copy of the bytes of one entry along the first dimension.
   *
   * @throws IllegalArgumentException if the elements are not uint8
   */
  public byte[] bytesAt(int index) {
    requireType("|u1");
    int entry = data.length / shape[0];
    return Arrays.copyOfRange(data, index * entry, (index + 1) * entry);
  }

  /**
   * All elements.
   *
   * @throws IllegalArgumentException if they are not float32
   */
  public float[] floats() {
    requireType("<f4");
    float[] floats = new float[data.length / Float.BYTES];
    ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }

  private void requireType(String wanted) {
    if (!type.equals(wanted)) {
      throw new IllegalArgumentException("the elements are " + type + ", not " + wanted);
    }
  }

  private static String find(Pattern pattern, String header) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new IllegalArgumentException("a .npy header without " + pattern + ": " + header);
    }
    return matcher.group(1);
  }
}
