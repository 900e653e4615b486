package io.sparksr.jobs;

import io.sparksr.core.Provenance;
import io.sparksr.core.UserException;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Sha256;
import io.sparksr.core.io.Uris;
import io.sparksr.data.ShardManifest;
import io.sparksr.data.TableFile;
import io.sparksr.jobs.Outcome.Made;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes a data set in a form that other programs read, one task per shard. */
public final class ShardExportJob {
  private final JobContext context;
  private final HadoopFileStore files;

  /** A job on a Spark context. */
  public ShardExportJob(JobContext context) {
    this.context = context;
    this.files = context.files();
  }

  /** The forms there are. */
  public enum Format {
    /** A tar per shard with a PNG pair and a JSON document per sample. */
    WEBDATASET,
    /** PNG files of equal names in the folders {@code HR} and {@code LR}. */
    FOLDERS;

    /**
     * A form by its name.
     *
     * @throws UserException (configuration) if there is none of this name
     */
    public static Format named(String name) {
      Optional<Format> format =
          Arrays.stream(values()).filter(value -> value.label().equals(name)).findFirst();
      return format.orElseThrow(
          () ->
              UserException.configuration(
                  "--format: must be webdataset or folders, got '" + name + "'"));
    }

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What to export.
   *
   * @param shards the data set's folder
   * @param output the folder to make
   */
  public record Request(String shards, String output, Existing existing, Format format) {}

  /**
   * {@code export.json}: what was written. Written last.
   *
   * @param format {@code webdataset} or {@code folders}
   * @param rows how many samples
   * @param files the tar files; empty for folders
   * @param fingerprint of the data set and the form
   * @param provenance with the SHA-256 of the data set's manifest
   */
  public record Manifest(
      String format, long rows, List<TableFile> files, String fingerprint, Provenance provenance) {
    /** The manifest's name in the folder. */
    public static final String NAME = "export.json";

    /** Copies the list. */
    public Manifest {
      files = List.copyOf(files);
    }

    static Manifest read(FileStore store, String folderUri) throws IOException {
      String uri = Uris.child(folderUri, NAME);
      return JsonCodec.parse(store.readBytes(uri), Manifest.class, uri);
    }
  }

  private record Identity(String manifestSha256, String format) {}

  /**
   * Exports a data set.
   *
   * @throws UserException (input) if the data set is missing or damaged, or the output folder holds
   *     something else
   */
  public Outcome<Manifest> run(Request request) throws IOException {
    ShardManifest shards = ShardManifest.read(files, request.shards());
    String source = Uris.child(request.shards(), ShardManifest.NAME);
    String sha256 = Sha256.of(files, source);
    String format = request.format().label();
    String fingerprint = OutputFolder.fingerprint(new Identity(sha256, format));
    OutputFolder output =
        new OutputFolder(
            files, request.output(), Manifest.NAME, "an export", List.of("shard-", "HR", "LR"));
    if (output.claim(fingerprint, request.existing())) {
      Manifest before = Manifest.read(files, request.output());
      return new Outcome<>(request.output(), before, Made.BEFORE);
    }
    List<TableFile> written = write(request, shards);
    List<TableFile> tars = request.format() == Format.FOLDERS ? List.of() : written;
    long rows = written.stream().mapToLong(TableFile::rows).sum();
    Manifest manifest =
        new Manifest(
            format, rows, tars, fingerprint, context.provenance("export", Map.of(source, sha256)));
    output.complete(manifest);
    Set<String> named = tars.stream().map(TableFile::path).collect(Collectors.toSet());
    if (request.format() == Format.WEBDATASET) {
      output.removeUnnamedTars(named);
    }
    return new Outcome<>(request.output(), manifest, Made.NOW);
  }

  private List<TableFile> write(Request request, ShardManifest shards) {
    int count = shards.shards().size();
    List<Integer> numbers = IntStream.range(0, count).boxed().toList();
    try (JobProgress progress =
        JobProgress.start(context.spark(), context.progress(), "export", "crops", shards.rows())) {
      ExportShard export =
          new ExportShard(
              context.remoteFiles(),
              request.shards(),
              request.output(),
              request.format(),
              progress.counter());
      List<TableFile> written =
          SparkCalls.run(() -> context.spark().parallelize(numbers, count).map(export).collect());
      return written.stream().sorted(Comparator.comparing(TableFile::path)).toList();
    }
  }
}
