package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.image.OutputFormat;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.Uris;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Enlarges every image below a folder, or a single file, into files under the same relative paths,
 * with a manifest. What an earlier run with the same model and format has made, and what has not
 * changed since, is not made again, whether that run ended or was killed.
 */
public final class UpscaleJob {
  /** The URI of the model that comes along, a 4x network: what a {@link Request} can name. */
  public static final String BUNDLED_MODEL = BundledModels.DEFAULT;

  private final JobContext context;
  private final HadoopFileStore files;

  /** A job on a Spark context. */
  public UpscaleJob(JobContext context) {
    this.context = context;
    this.files = context.files();
  }

  /**
   * What to enlarge.
   *
   * @param model URI of a run, a checkpoint or a model folder
   * @param input URI of a folder or a file
   * @param output a folder; or for a single input file, a name that ends as an {@link OutputFormat}
   *     does
   * @param settings how
   * @param existing what to do with outputs that are there
   */
  public record Request(
      String model, String input, String output, UpscaleSettings settings, Existing existing) {

    /** Outputs that are there and current are kept. */
    public Request(String model, String input, String output, UpscaleSettings settings) {
      this(model, input, output, settings, Existing.KEEP);
    }
  }

  /**
   * What was done.
   *
   * @param manifest of all inputs
   * @param made inputs handled by this call, failed ones among them
   * @param kept outputs that were there already
   * @param uri of the manifest's document, or of a single output
   */
  public record Result(UpscaleManifest manifest, int made, int kept, String uri) {}

  /**
   * Enlarges.
   *
   * @throws UserException if the model or input is missing, the output holds something else, or
   *     more inputs failed than allowed
   */
  public Result run(Request request) throws IOException {
    ModelRef model = model(request);
    FileEntry root = root(request);
    Optional<OutputFormat> named = OutputFormat.ofName(request.output());
    if (!root.directory() && named.isPresent()) {
      return new UpscaleRun(context, model, request.settings().with(named.get()))
          .single(root, request.output());
    }
    UpscaleOutput output = new UpscaleOutput(files, request.output());
    output.check(root);
    UpscaleCensus census = census(request, model, root, output);
    return new UpscaleRun(context, model, request.settings()).folder(census, output);
  }

  /**
   * Says what {@link #run} would do, and writes nothing.
   *
   * @throws UserException as {@link #run} does before it begins
   */
  public UpscalePlan plan(Request request) throws IOException {
    ModelRef model = model(request);
    FileEntry root = root(request);
    UpscaleOutput output = new UpscaleOutput(files, request.output());
    boolean isSingle = !root.directory() && OutputFormat.ofName(request.output()).isPresent();
    UpscaleCensus census;
    if (isSingle) {
      output.refuseToOverwrite(root, request.output());
      census = new UpscaleCensus(context, request.settings(), "");
      census.take(List.of(new UpscaleItem(root, Uris.name(request.output()))), Map.of(), Map.of());
    } else {
      output.check(root);
      census = census(request, model, root, output);
    }
    List<UpscalePlan.Image> todo =
        census.todo().stream()
            .sorted(Comparator.comparingLong(UpscaleItem::pixels).reversed())
            .map(item -> new UpscalePlan.Image(item.uri(), item.output(), item.pixels()))
            .toList();
    double seconds =
        new UpscaleEstimate(context, model.folder(), request.settings())
            .seconds(todo.stream().mapToLong(UpscalePlan.Image::pixels).sum());
    return new UpscalePlan(
        todo, List.copyOf(census.kept()), List.copyOf(census.failed()), model.scale(), seconds);
  }

  /**
   * Enlarges what has come since the last look.
   *
   * @return empty if there was nothing
   */
  Optional<Result> runArrived(Request request, UpscaleArrivals arrivals) throws IOException {
    Optional<FileEntry> root = files.status(request.input());
    if (root.isEmpty()) {
      return Optional.empty();
    }
    ModelRef model = model(request);
    UpscaleSettings settings = request.settings();
    String recipe = settings.recipe(model.fingerprint());
    UpscaleInputs inputs = UpscaleInputs.below(files, root.get());
    List<UpscaleItem> look = inputs.named(Map.of(), settings.format().extension());
    if (arrivals.areFinished(look, recipe)) {
      return Optional.empty();
    }
    UpscaleOutput output = new UpscaleOutput(files, request.output());
    output.check(root.get());
    Map<String, List<UpscaleManifest.Entry>> known = output.known();
    Set<String> unsettled = arrivals.unsettled(look);
    UpscaleCensus census =
        new UpscaleCensus(context, settings, recipe).keepingFailures().leaving(unsettled);
    census.take(items(inputs, settings, known), known, output.sizes());
    if (census.hasNews()) {
      return Optional.of(new UpscaleRun(context, model, settings).folder(census, output));
    }
    if (unsettled.isEmpty()) {
      arrivals.finished(look, recipe);
    }
    return Optional.empty();
  }

  private UpscaleCensus census(
      Request request, ModelRef model, FileEntry root, UpscaleOutput output) throws IOException {
    Map<String, List<UpscaleManifest.Entry>> known = output.known();
    UpscaleSettings settings = request.settings();
    UpscaleCensus census =
        new UpscaleCensus(context, settings, settings.recipe(model.fingerprint()));
    boolean isAnew = request.existing() == Existing.OVERWRITE;
    UpscaleInputs inputs = UpscaleInputs.below(files, root);
    census.take(
        items(inputs, settings, known),
        isAnew ? Map.of() : known,
        isAnew ? Map.of() : output.sizes());
    UpscaleInputs.requireSome(census.all(), root);
    return census;
  }

  /** Inputs; those that have an output keep its name. */
  private static List<UpscaleItem> items(
      UpscaleInputs inputs,
      UpscaleSettings settings,
      Map<String, List<UpscaleManifest.Entry>> known) {
    Map<String, String> names = new HashMap<>();
    known.forEach(
        (input, entries) ->
            entries.stream()
                .filter(entry -> entry.status() == UpscaleManifest.Status.DONE)
                .forEach(entry -> names.put(input, entry.output())));
    return inputs.named(names, settings.format().extension());
  }

  private ModelRef model(Request request) throws IOException {
    return ModelRef.resolveNetwork(files, "--model", request.model());
  }

  private FileEntry root(Request request) throws IOException {
    return files
        .status(request.input())
        .orElseThrow(
            () ->
                UserException.input(
                    request.input() + ": not found. Name an existing file or folder with --input"));
  }
}
