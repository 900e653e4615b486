package io.sparksr.nn.foreign;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Sha256;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.Safetensors;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A file of weights: PyTorch's zip and legacy formats, {@code .npz}, safetensors, told apart by
 * their content. Values become float32.
 *
 * @param uri of the file
 * @param sha256 of the file
 * @param format in words
 * @param parts groups of tensors, in the file's order; never empty
 * @param metadata texts beside the tensors, which safetensors files may hold
 */
public record WeightFile(
    String uri, String sha256, String format, List<Part> parts, Map<String, String> metadata) {
  private static final long MAX_BYTES = 1 << 30;

  /**
   * A {@code state_dict} or a module.
   *
   * @param name its path in the file, for instance {@code "model"}; empty if it is all of it
   * @param tensors of floating point, by name
   * @param integers names of tensors that are not of floating point, which are left out
   */
  public record Part(String name, Map<String, NamedTensor> tensors, List<String> integers) {}

  /**
   * Reads a file. Nothing in it is executed, and what it takes in memory is bounded by a small
   * multiple of its size.
   *
   * @throws UserException (input) if there is none, it is damaged, too large or of no known format,
   *     or names anything but tensors and plain containers
   */
  public static WeightFile read(FileStore files, String uri) throws IOException {
    FileEntry entry =
        files
            .status(uri)
            .filter(found -> !found.directory())
            .orElseThrow(
                () ->
                    UserException.input(uri + ": not found. Name a file of weights, not a folder"));
    if (entry.bytes() > MAX_BYTES) {
      throw UserException.input(
          uri + ": has " + entry.bytes() + " bytes; at most " + MAX_BYTES + " are read");
    }
    return parse(files.readBytes(uri), uri);
  }

  static WeightFile parse(byte[] file, String uri) throws IOException {
    String format;
    List<Part> parts;
    Map<String, String> metadata = Map.of();
    if (file.length > 4 && file[0] == 'P' && file[1] == 'K') {
      return unzip(file, uri);
    } else if (TorchCheckpoint.isLegacy(file)) {
      format = "PyTorch legacy";
      parts = TorchCheckpoint.readLegacy(file, uri);
    } else if (file.length > 8 && file[8] == '{') {
      format = "safetensors";
      parts = List.of(new Part("", Safetensors.read(file, uri), List.of()));
      metadata = Safetensors.metadata(file, uri);
    } else {
      throw UserException.input(
          uri + ": neither a PyTorch checkpoint (zip or legacy) nor .npz nor safetensors");
    }
    return of(file, uri, format, parts, metadata);
  }

  private static WeightFile of(
      byte[] file, String uri, String format, List<Part> parts, Map<String, String> metadata) {
    if (parts.isEmpty()) {
      throw UserException.input(uri + ": holds no tensors of floating point");
    }
    return new WeightFile(uri, Sha256.of(file), format, parts, metadata);
  }

  /** The JDK reads archives from the disk only. */
  private static WeightFile unzip(byte[] file, String uri) throws IOException {
    Path local = Files.createTempFile("sparksr-weights", ".zip");
    try {
      Files.write(local, file);
      try (ZipFile zip = new ZipFile(local.toFile())) {
        if (TorchCheckpoint.pickleEntry(zip).isEmpty()) {
          return of(file, uri, "npz", NumpyArchive.read(zip, file.length, uri), Map.of());
        }
        return of(file, uri, "PyTorch zip", TorchCheckpoint.readZip(zip, local, uri), Map.of());
      } catch (ZipException | EOFException e) {
        throw UserException.input(uri + ": the archive is damaged (" + e.getMessage() + ")", e);
      }
    } finally {
      Files.delete(local);
    }
  }
}
