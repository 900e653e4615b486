package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.data.IndexManifest;
import io.sparksr.data.IndexRow;
import io.sparksr.data.IndexSettings;
import io.sparksr.data.IndexTables;
import io.sparksr.data.RejectedRow;
import io.sparksr.data.TableFile;
import io.sparksr.jobs.Outcome.Made;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;

/**
 * Lists and checks images: every file below the inputs becomes a row of the index, accepted or
 * rejected with one reason. Names that begin with a dot or an underscore are skipped. Folders are
 * listed, and headers read, by the executors.
 */
public final class IndexJob {
  /** The key of accepted images where rejected ones have their reason. */
  private static final String ACCEPTED = "";

  /** How many rejected inputs an error message names. */
  private static final int NAMED = 3;

  private final JobContext context;
  private final HadoopFileStore files;

  /** A job on a Spark context. */
  public IndexJob(JobContext context) {
    this.context = context;
    this.files = context.files();
  }

  /**
   * What to index.
   *
   * @param inputs URIs of folders and files, or Hadoop patterns
   * @param lists URIs of text files with one URI of an image or folder per line
   * @param output the index's folder
   * @param jsonList where to write the paths of the accepted images as a JSON array, the tutorial's
   *     {@code train_images.json}; local files as plain paths
   * @param existing what to do where there is an index already
   * @param settings which images are good enough
   */
  public record Request(
      List<String> inputs,
      List<String> lists,
      String output,
      Optional<String> jsonList,
      Existing existing,
      IndexSettings settings) {
    /** Copies the lists. */
    public Request {
      inputs = List.copyOf(inputs);
      lists = List.copyOf(lists);
    }

    /** A request without text files of URIs. */
    public Request(
        List<String> inputs,
        String output,
        Optional<String> jsonList,
        Existing existing,
        IndexSettings settings) {
      this(inputs, List.of(), output, jsonList, existing, settings);
    }

    /** All inputs as given, for manifests and messages. */
    List<String> named() {
      return Stream.concat(inputs.stream(), lists.stream()).toList();
    }
  }

  /** What an index depends on. */
  private record Identity(
      List<String> inputs,
      List<String> lists,
      int minSize,
      long maxPixels,
      boolean verify,
      boolean applyOrientation) {}

  /**
   * Makes the index.
   *
   * @throws UserException (input) if an input is missing, no image is usable, more are rejected
   *     than allowed, or the output folder holds something else
   */
  public Outcome<IndexManifest> run(Request request) throws IOException {
    IndexSettings settings = request.settings();
    String fingerprint =
        OutputFolder.fingerprint(
            new Identity(
                request.inputs(),
                request.lists(),
                settings.minSize(),
                settings.maxPixels(),
                settings.verify(),
                settings.applyOrientation()));
    InputRoots roots =
        request.inputs().isEmpty() && !request.lists().isEmpty()
            ? InputRoots.NONE
            : InputRoots.resolve(files, request.inputs());
    for (String list : request.lists()) {
      if (!files.exists(list)) {
        throw UserException.input(list + ": not found. Give an existing file as --input-list.");
      }
    }
    OutputFolder output =
        new OutputFolder(
            files, request.output(), IndexManifest.NAME, "an index", List.of("images", "rejected"));
    Outcome<IndexManifest> outcome;
    if (output.claim(fingerprint, request.existing())) {
      IndexManifest manifest = IndexManifest.read(files, request.output());
      outcome = new Outcome<>(request.output(), manifest, Made.BEFORE);
    } else {
      IndexManifest manifest = make(request, roots, fingerprint);
      output.complete(manifest);
      Set<String> named =
          manifest.files().stream().map(TableFile::path).collect(Collectors.toSet());
      output.removeUnnamed("images", named);
      output.removeUnnamed("rejected", named);
      outcome = new Outcome<>(request.output(), manifest, Made.NOW);
    }
    if (request.jsonList().isPresent()) {
      writeJsonList(request.jsonList().get(), request.output(), outcome.manifest());
    }
    return outcome;
  }

  private IndexManifest make(Request request, InputRoots roots, String fingerprint)
      throws IOException {
    String skipped = files.status(request.output()).orElseThrow().uri();
    try (ImageListing listing = new ImageListing(context, skipped)) {
      JavaRDD<ListFolder.Entry> found = SparkCalls.run(() -> listing.list(roots, request.lists()));
      long inputs = SparkCalls.run(found::count);
      JavaRDD<CheckHeader.Checked> checked;
      Map<String, Long> byReason;
      try (JobProgress progress =
          JobProgress.start(context.spark(), context.progress(), "index", "images", inputs)) {
        checked = listing.check(found, inputs, request.settings(), progress);
        byReason =
            new HashMap<>(SparkCalls.run(() -> checked.map(IndexJob::reason).countByValue()));
      }
      long accepted = Optional.ofNullable(byReason.remove(ACCEPTED)).orElse(0L);
      IndexManifest.Counts counts = new IndexManifest.Counts(accepted, byReason);
      refuse(request, counts, checked);
      return new IndexManifest(
          request.named(),
          counts,
          write(request.output(), counts, checked),
          fingerprint,
          context.provenance("index", Map.of()));
    }
  }

  private List<TableFile> write(
      String output, IndexManifest.Counts counts, JavaRDD<CheckHeader.Checked> checked) {
    RemoteFiles remote = context.remoteFiles();
    JavaRDD<IndexRow> images =
        checked
            .filter(row -> row instanceof CheckHeader.Usable)
            .map(row -> ((CheckHeader.Usable) row).row());
    List<TableFile> tables =
        new ArrayList<>(
            SparkCalls.run(
                () ->
                    new IndexParts<>(IndexParts.IMAGES, remote, output)
                        .write(images, counts.accepted())));
    tables.addAll(
        SparkCalls.run(
            () ->
                new IndexParts<>(IndexParts.REJECTED, remote, output)
                    .write(rejected(checked), counts.rejectedTotal())));
    return tables;
  }

  private static JavaRDD<RejectedRow> rejected(JavaRDD<CheckHeader.Checked> checked) {
    return checked
        .filter(row -> row instanceof CheckHeader.Unusable)
        .map(row -> ((CheckHeader.Unusable) row).row());
  }

  private static String reason(CheckHeader.Checked checked) {
    return checked instanceof CheckHeader.Unusable unusable ? unusable.row().reason() : ACCEPTED;
  }

  private static void refuse(
      Request request, IndexManifest.Counts counts, JavaRDD<CheckHeader.Checked> checked) {
    String inputs = String.join(", ", request.named());
    long total = counts.accepted() + counts.rejectedTotal();
    if (total == 0) {
      throw UserException.input(inputs + ": no usable image, no files at all.");
    }
    double share = (double) counts.rejectedTotal() / total;
    if (counts.accepted() > 0 && share <= request.settings().maxRejected()) {
      return;
    }
    List<RejectedRow> first =
        SparkCalls.run(() -> rejected(checked).takeOrdered(NAMED, new RejectedOrder()));
    String details = RejectedOrder.describe(first, counts.rejected());
    if (counts.accepted() == 0) {
      throw UserException.input(
          inputs + ": no usable image among " + total + " files (" + details + ").");
    }
    throw UserException.input(
        inputs
            + ": "
            + counts.rejectedTotal()
            + " of "
            + total
            + " files are no usable images, more than index.max-rejected = "
            + request.settings().maxRejected()
            + " allows ("
            + details
            + ").");
  }

  private void writeJsonList(String uri, String output, IndexManifest manifest) throws IOException {
    List<String> paths = new ArrayList<>();
    for (TableFile table : manifest.imageFiles()) {
      IndexTables.readImages(files, output, table).forEach(row -> paths.add(plain(row.uri())));
    }
    paths.sort(null);
    files.writeBytes(uri, JsonCodec.document(paths));
  }

  /** Programs beside Hadoop's take local files as paths. */
  private static String plain(String uri) {
    return uri.startsWith("file:/") ? uri.substring("file:".length()) : uri;
  }
}
