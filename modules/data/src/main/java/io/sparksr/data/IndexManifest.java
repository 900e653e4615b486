package io.sparksr.data;

import io.sparksr.core.Provenance;
import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Uris;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code index.json}: what an index holds. Written last, so an index without it is incomplete.
 *
 * @param roots the inputs, as given
 * @param counts how many inputs are used and how many are not, by reason
 * @param files the Parquet files: {@code images/*} of {@link IndexRow}, {@code rejected/*} of
 *     {@link RejectedRow}
 * @param fingerprint of the settings and roots it was made with
 * @param provenance where it comes from
 */
public record IndexManifest(
    List<String> roots,
    Counts counts,
    List<TableFile> files,
    String fingerprint,
    Provenance provenance) {
  /** The manifest's name in the index's folder. */
  public static final String NAME = "index.json";

  static final String REMEDY =
      "Run 'sparksr index' again with this folder as --output and --overwrite.";

  /** Copies the lists. */
  public IndexManifest {
    roots = List.copyOf(roots);
    files = List.copyOf(files);
  }

  /**
   * How many inputs there were.
   *
   * @param accepted images that may be used
   * @param rejected inputs that are not, by the label of the reason, in alphabetical order
   */
  public record Counts(long accepted, Map<String, Long> rejected) {
    /** Copies and orders the map. */
    public Counts {
      rejected = Collections.unmodifiableMap(new TreeMap<>(rejected));
    }

    /** All inputs that are not used. */
    public long rejectedTotal() {
      return rejected.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Reads the manifest of a complete index.
   *
   * @param indexUri the index's folder
   * @throws UserException (input) if there is none, or it is no index manifest
   */
  public static IndexManifest read(FileStore files, String indexUri) throws IOException {
    String uri = Uris.child(indexUri, NAME);
    return JsonCodec.read(
        files,
        uri,
        IndexManifest.class,
        "The index is missing or incomplete: run 'sparksr index' with --output " + indexUri);
  }

  /** The files of accepted images. */
  public List<TableFile> imageFiles() {
    return files.stream().filter(file -> file.path().startsWith(IndexTables.IMAGES)).toList();
  }

  /** The files of rejected inputs. */
  public List<TableFile> rejectedFiles() {
    return files.stream().filter(file -> file.path().startsWith(IndexTables.REJECTED)).toList();
  }
}
