package io.sparksr.nn.foreign;

import io.sparksr.core.UserException;
import io.sparksr.nn.foreign.PickleValue.Sequence;
import io.sparksr.nn.foreign.PickleValue.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What {@code torch.save} wrote: the zip format (an entry {@code data.pkl} and one entry per
 * storage) and the legacy format (five pickles, then the storages).
 */
final class TorchCheckpoint {
  private static final BigInteger LEGACY_MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final int MAX_PICKLE = 16 << 20;

  private TorchCheckpoint() {}

  /** Whether a file begins as a pickle does. */
  static boolean isLegacy(ByteBuffer file) {
    return file.limit() > 2 && (file.get(0) & 0xFF) == 0x80 && file.get(1) == 2;
  }

  /** The entry with the pickle, if the archive is one of PyTorch's. */
  static String pickleEntry(ZipFile zip) {
    return zip.stream()
        .map(ZipEntry::getName)
        .filter(name -> name.endsWith("/data.pkl") && name.indexOf('/') == name.lastIndexOf('/'))
        .findFirst()
        .orElse("");
  }

  /**
   * Reads the zip format.
   *
   * @param file the archive on the local disk
   * @param wanted of the tensors' names; the values of others are not read
   * @throws UserException (input) if it is damaged or holds more than tensors and containers
   */
  static List<WeightFile.Part> readZip(
      ZipFile zip, Path file, String source, Predicate<String> wanted) throws IOException {
    String pickle = pickleEntry(zip);
    String folder = pickle.substring(0, pickle.length() - "data.pkl".length());
    ZipEntry order = zip.getEntry(folder + "byteorder");
    if (order != null
        && !new String(stored(zip, order, 16, source), java.nio.charset.StandardCharsets.US_ASCII)
            .startsWith("little")) {
      throw UserException.input(source + ": is big endian. Save it on a little-endian machine");
    }
    ByteBuffer in = little(stored(zip, zip.getEntry(pickle), MAX_PICKLE, source));
    Unpickler unpickler = new Unpickler(in, source);
    Object root = unpickler.read();
    Map<String, ZipEntry> entries = new HashMap<>();
    long bytesLeft = file.toFile().length();
    for (Storage storage : unpickler.storages().values()) {
      ZipEntry entry = zip.getEntry(folder + "data/" + storage.key);
      long bytes = storage.elements * Allowed.elementBytes(storage.typeName);
      if (entry == null || entry.getSize() != bytes) {
        throw UserException.input(
            source
                + ": is damaged: storage "
                + storage.key
                + " has "
                + (entry == null ? "no" : entry.getSize())
                + " bytes, not "
                + bytes);
      }
      // Entries of a forged archive may share their bytes, and each would be read by itself.
      bytesLeft -= bytes;
      if (bytesLeft < 0) {
        throw UserException.input(source + ": is damaged: its storages overlap");
      }
      entries.put(storage.key, entry);
    }
    Map<String, ByteBuffer> read = new HashMap<>();
    Function<String, ByteBuffer> data =
        key -> read.computeIfAbsent(key, name -> values(zip, entries.get(name), source));
    try {
      return new TensorParts(data, file.toFile().length(), source, wanted).of(root);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Reads the legacy format.
   *
   * @param wanted of the tensors' names
   * @throws UserException (input) if it is damaged or holds more than tensors and containers
   */
  static List<WeightFile.Part> readLegacy(
      ByteBuffer file, String source, Predicate<String> wanted) {
    ByteBuffer in = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (!LEGACY_MAGIC.equals(new Unpickler(in, source).read())) {
      throw UserException.input(
          source
              + ": is a pickle, but not one of torch.save. Save the state_dict() with torch.save");
    }
    // Protocol version and sizes of the machine that wrote it.
    new Unpickler(in, source).read();
    new Unpickler(in, source).read();
    Unpickler unpickler = new Unpickler(in, source);
    Object root = unpickler.read();
    Object keys = new Unpickler(in, source).read();
    Map<String, ByteBuffer> data = new HashMap<>();
    List<Object> ordered = keys instanceof Sequence sequence ? sequence.items : List.of();
    for (Object key : ordered) {
      Storage storage = key instanceof String text ? unpickler.storages().get(text) : null;
      long elements = in.remaining() < Long.BYTES ? -1 : in.getLong();
      long bytes = storage == null ? -1 : storage.elements * Allowed.elementBytes(storage.typeName);
      if (storage == null || elements != storage.elements || bytes > in.remaining()) {
        throw UserException.input(source + ": is damaged or cut off at a storage");
      }
      data.put(storage.key, in.slice(in.position(), (int) bytes).order(ByteOrder.LITTLE_ENDIAN));
      in.position(in.position() + (int) bytes);
    }
    return new TensorParts(data::get, file.limit(), source, wanted).of(root);
  }

  private static ByteBuffer values(ZipFile zip, ZipEntry entry, String source) {
    try {
      return entry == null ? null : little(stored(zip, entry, Integer.MAX_VALUE, source));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** PyTorch compresses nothing, so an entry is never larger than the file. */
  private static byte[] stored(ZipFile zip, ZipEntry entry, long limit, String source)
      throws IOException {
    if (entry.getMethod() != ZipEntry.STORED
        || entry.getSize() != entry.getCompressedSize()
        || entry.getSize() > limit) {
      throw UserException.input(
          source
              + ": entry "
              + entry.getName()
              + " is compressed or larger than "
              + limit
              + " bytes, which torch.save doesn't write");
    }
    byte[] bytes = zip.getInputStream(entry).readNBytes((int) entry.getSize());
    if (bytes.length != entry.getSize()) {
      throw UserException.input(source + ": entry " + entry.getName() + " is cut off");
    }
    return bytes;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
