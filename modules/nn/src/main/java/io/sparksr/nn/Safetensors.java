package io.sparksr.nn;

import io.sparksr.core.UserException;
import io.sparksr.core.io.JsonCodec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The safetensors format: eight bytes of header length, a JSON header with type, shape and offsets
 * of each tensor, then the values, all little endian. Float32 is written, and counts as int64;
 * float16, bfloat16, float32 and float64 are read.
 */
public final class Safetensors {
  private static final int LENGTH_BYTES = Long.BYTES;
  private static final int MAX_HEADER_BYTES = 100 << 20;
  private static final String METADATA = "__metadata__";
  private static final Map<String, ElementType> TYPES =
      Map.of(
          "F16", ElementType.FLOAT16,
          "BF16", ElementType.BFLOAT16,
          "F32", ElementType.FLOAT32,
          "F64", ElementType.FLOAT64);

  private Safetensors() {}

  /**
   * Writes tensors in the given order.
   *
   * @param metadata texts for the header, possibly none
   */
  public static void write(
      OutputStream out, List<NamedTensor> tensors, Map<String, String> metadata)
      throws IOException {
    write(out, tensors, Map.of(), metadata);
  }

  /**
   * Writes tensors in the given order, and scalars of type int64 before them.
   *
   * @param counts by name, such as PyTorch's {@code num_batches_tracked}
   * @param metadata texts for the header, possibly none
   */
  public static void write(
      OutputStream out,
      List<NamedTensor> tensors,
      Map<String, Long> counts,
      Map<String, String> metadata)
      throws IOException {
    Map<String, Object> header = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      header.put(METADATA, metadata);
    }
    long offset = 0;
    // Readers that map the file need each tensor at a multiple of its element's size: the widest
    // elements come first.
    ByteBuffer scalars =
        ByteBuffer.allocate(counts.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (Map.Entry<String, Long> count : counts.entrySet()) {
      header.put(
          count.getKey(), new Entry("I64", new long[0], new long[] {offset, offset + Long.BYTES}));
      offset += Long.BYTES;
      scalars.putLong(count.getValue());
    }
    for (NamedTensor tensor : tensors) {
      long end = offset + (long) tensor.values().limit() * Float.BYTES;
      header.put(tensor.name(), new Entry("F32", tensor.shape(), new long[] {offset, end}));
      offset = end;
    }
    // Padding with spaces aligns the values, so that readers may map them.
    String json = JsonCodec.line(header);
    json += " ".repeat(Math.floorMod(-json.getBytes(StandardCharsets.UTF_8).length, 8));
    byte[] headerBytes = json.getBytes(StandardCharsets.UTF_8);
    out.write(
        ByteBuffer.allocate(LENGTH_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(headerBytes.length)
            .array());
    out.write(headerBytes);
    out.write(scalars.array());
    for (NamedTensor tensor : tensors) {
      writeValues(out, tensor.values().duplicate().rewind());
    }
  }

  /**
   * Reads all tensors of a file, by name, in the file's order. Those of integers are left out:
   * PyTorch's batch norm counts its batches in one.
   *
   * @param source where it comes from, for the error message
   * @throws UserException (input) if it is not a safetensors file, or holds tensors of other types
   */
  public static Map<String, NamedTensor> read(byte[] file, String source) {
    return read(ByteBuffer.wrap(file), source);
  }

  /**
   * Reads all tensors of a file as {@link #read(byte[], String)} does. Those of float32 share the
   * buffer's memory.
   */
  public static Map<String, NamedTensor> read(ByteBuffer file, String source) {
    ByteBuffer bytes = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    Map<?, ?> header = header(bytes, source);
    ByteBuffer values = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    Map<String, NamedTensor> tensors = new LinkedHashMap<>();
    long bytesLeft = values.limit();
    for (Map.Entry<?, ?> entry : header.entrySet()) {
      String name = (String) entry.getKey();
      if (METADATA.equals(name)) {
        continue;
      }
      Entry parsed =
          JsonCodec.parse(JsonCodec.document(entry.getValue()), Entry.class, source + ": " + name);
      if (parsed == null) {
        throw UserException.input(source + ": " + name + " is described by nothing");
      }
      if (!parsed.dtype.matches("[IU]\\d+|BOOL")) {
        tensors.put(name, tensor(name, parsed, values, source));
        // Each may be widened into memory of its own, so none may stand in the file for many.
        bytesLeft -= parsed.data_offsets[1] - parsed.data_offsets[0];
        if (bytesLeft < 0) {
          throw UserException.input(source + ": is damaged: its tensors overlap at " + name);
        }
      }
    }
    return tensors;
  }

  /**
   * The texts of a file's header.
   *
   * @throws UserException (input) if it is not a safetensors file
   */
  public static Map<String, String> metadata(ByteBuffer file, String source) {
    Map<String, String> texts = new LinkedHashMap<>();
    ByteBuffer bytes = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (header(bytes, source).get(METADATA) instanceof Map<?, ?> metadata) {
      metadata.forEach((key, text) -> texts.put(String.valueOf(key), String.valueOf(text)));
    }
    return texts;
  }

  /** Parses the header and leaves the buffer at the values. */
  private static Map<?, ?> header(ByteBuffer bytes, String source) {
    long length = bytes.remaining() < LENGTH_BYTES ? -1 : bytes.getLong();
    if (length < 2 || length > MAX_HEADER_BYTES || length > bytes.remaining()) {
      throw UserException.input(source + ": not a safetensors file (its header length is wrong)");
    }
    byte[] header = new byte[(int) length];
    bytes.get(header);
    Map<?, ?> parsed = JsonCodec.parse(header, Map.class, source);
    if (parsed == null) {
      throw UserException.input(source + ": not a safetensors file (its header is empty)");
    }
    return parsed;
  }

  private static NamedTensor tensor(String name, Entry parsed, ByteBuffer values, String source) {
    ElementType type = TYPES.get(parsed.dtype);
    if (type == null) {
      throw UserException.input(
          source
              + ": "
              + name
              + " has type "
              + parsed.dtype
              + "; only F16, BF16, F32 and F64 are read");
    }
    long size = type.size();
    for (long side : parsed.shape) {
      size = side < 0 || size > Integer.MAX_VALUE ? -1 : size * side;
    }
    long begin = parsed.data_offsets.length == 2 ? parsed.data_offsets[0] : -1;
    long end = parsed.data_offsets.length == 2 ? parsed.data_offsets[1] : -1;
    if (begin < 0 || end > values.limit() || end - begin != size) {
      throw UserException.input(
          source
              + ": "
              + name
              + " is damaged or cut off (offsets "
              + begin
              + " to "
              + end
              + " of "
              + values.limit()
              + ")");
    }
    ByteBuffer elements = values.slice((int) begin, (int) size).order(ByteOrder.LITTLE_ENDIAN);
    if (type == ElementType.FLOAT32) {
      return new NamedTensor(name, parsed.shape, elements.asFloatBuffer());
    }
    float[] floats = new float[(int) size / type.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = type.read(elements, i);
    }
    return new NamedTensor(name, parsed.shape, FloatBuffer.wrap(floats));
  }

  private static void writeValues(OutputStream out, FloatBuffer values) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats = chunk.asFloatBuffer();
    while (values.hasRemaining()) {
      int count = Math.min(values.remaining(), floats.capacity());
      floats.clear().put(values.slice().limit(count));
      values.position(values.position() + count);
      out.write(chunk.array(), 0, count * Float.BYTES);
    }
  }

  /** The header's form is fixed by the format, hence the underscore. */
  @SuppressWarnings("MemberName")
  private record Entry(String dtype, long[] shape, long[] data_offsets) {
    Entry {
      if (dtype == null || shape == null || data_offsets == null) {
        throw new IllegalArgumentException("dtype, shape and data_offsets are needed");
      }
    }
  }
}
