package io.sparksr.nn.foreign;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Sha256;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.Safetensors;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
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
    return read(files, uri, name -> true);
  }

  /**
   * Reads some tensors of a file; the others take no memory.
   *
   * @param wanted of the tensors' names in their part
   * @throws UserException (input) as {@link #read(FileStore, String)}, and if none is wanted
   */
  public static WeightFile read(FileStore files, String uri, Predicate<String> wanted)
      throws IOException {
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
    try (InputStream in = files.open(uri)) {
      return parse(in, uri, wanted);
    }
  }

  static WeightFile parse(byte[] file, String uri) throws IOException {
    return parse(new ByteArrayInputStream(file), uri, name -> true);
  }

  /** On the disk the JDK can read archives, and large files need no heap. */
  private static WeightFile parse(InputStream in, String uri, Predicate<String> wanted)
      throws IOException {
    Path local = Files.createTempFile("sparksr-weights", ".bin");
    try {
      Sha256.Output copy = Sha256.output(Files.newOutputStream(local));
      try (copy) {
        in.transferTo(copy);
      }
      Found found = new Found(local, uri, wanted);
      List<Part> parts = found.parts();
      if (parts.isEmpty()) {
        throw UserException.input(uri + ": holds no tensors of floating point that are needed");
      }
      return new WeightFile(uri, copy.sha256(), found.format, parts, found.metadata);
    } finally {
      Files.delete(local);
    }
  }

  /** A file on the disk; its mapping outlives its deletion. */
  private static final class Found {
    private final Path local;
    private final String uri;
    private final Predicate<String> wanted;
    private String format;
    private Map<String, String> metadata = Map.of();

    Found(Path local, String uri, Predicate<String> wanted) {
      this.local = local;
      this.uri = uri;
      this.wanted = wanted;
    }

    List<Part> parts() throws IOException {
      ByteBuffer file;
      try (FileChannel channel = FileChannel.open(local)) {
        file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      }
      if (file.limit() > 4 && file.get(0) == 'P' && file.get(1) == 'K') {
        return unzip();
      } else if (TorchCheckpoint.isLegacy(file)) {
        format = "PyTorch legacy";
        return TorchCheckpoint.readLegacy(file, uri, wanted);
      } else if (file.limit() > 8 && file.get(8) == '{') {
        format = "safetensors";
        metadata = Safetensors.metadata(file, uri);
        return kept(List.of(new Part("", Safetensors.read(file, uri), List.of())));
      }
      throw UserException.input(
          uri + ": neither a PyTorch checkpoint (zip or legacy) nor .npz nor safetensors");
    }

    private List<Part> unzip() throws IOException {
      try (ZipFile zip = new ZipFile(local.toFile())) {
        if (TorchCheckpoint.pickleEntry(zip).isEmpty()) {
          format = "npz";
          return kept(NumpyArchive.read(zip, Files.size(local), uri));
        }
        format = "PyTorch zip";
        return TorchCheckpoint.readZip(zip, local, uri, wanted);
      } catch (ZipException | EOFException e) {
        throw UserException.input(uri + ": the archive is damaged (" + e.getMessage() + ")", e);
      }
    }

    private List<Part> kept(List<Part> all) {
      List<Part> kept = new ArrayList<>();
      for (Part part : all) {
        Map<String, NamedTensor> tensors = new LinkedHashMap<>(part.tensors());
        tensors.keySet().removeIf(wanted.negate());
        if (!tensors.isEmpty()) {
          kept.add(new Part(part.name(), tensors, part.integers()));
        }
      }
      return kept;
    }
  }
}
