package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.evaluation.report.EvaluationReport;
import io.sparksr.evaluation.report.FurtherScores;
import io.sparksr.evaluation.report.Highlight;
import io.sparksr.evaluation.report.HtmlReport;
import io.sparksr.evaluation.report.MissingImage;
import io.sparksr.evaluation.report.TrainingCurve;
import io.sparksr.training.MetricsLog;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores models on folders of images, spread over the cluster image by image, and writes the
 * report. Started again after it was killed, it scores only the images that it had not finished.
 */
public final class EvaluateJob {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluateJob.class);

  /** More slices than cores even out images of different sizes. */
  private static final int SLICES_PER_CORE = 4;

  private final JobContext context;
  private final HadoopFileStore files;
  private final int mostSlices;

  /** A job on a Spark context. */
  public EvaluateJob(JobContext context) {
    this(context, SLICES_PER_CORE * context.spark().defaultParallelism());
  }

  /** A job in at most so many slices. */
  EvaluateJob(JobContext context, int mostSlices) {
    this.context = context;
    this.files = context.files();
    this.mostSlices = mostSlices;
  }

  /**
   * What to evaluate.
   *
   * @param models names of built-in interpolations, or URIs of runs, checkpoints or model folders,
   *     possibly with {@code NAME=}
   * @param sets folders of HR images as {@code NAME=URI}, or URIs whose last part is the name
   * @param lr folders of LR images of sets as {@code SET=URI}; the LR of other sets is made
   * @param output the report's folder
   * @param title of the HTML report
   * @param facts lines for the head of the HTML report
   * @param settings how
   * @param broken what becomes of images that cannot be scored
   */
  public record Request(
      List<String> models,
      List<String> sets,
      List<String> lr,
      String output,
      String title,
      List<HtmlReport.Fact> facts,
      EvaluateSettings settings,
      BrokenImages broken) {

    /** A request whose LR images are all made. */
    public Request(
        List<String> models,
        List<String> sets,
        String output,
        String title,
        List<HtmlReport.Fact> facts,
        EvaluateSettings settings,
        BrokenImages broken) {
      this(models, sets, List.of(), output, title, facts, settings, broken);
    }
  }

  /**
   * What was found.
   *
   * @param report all scores
   * @param html the URI of the page
   */
  public record Result(EvaluationReport report, String html) {}

  /**
   * Evaluates.
   *
   * @throws UserException (input) if a model or set is missing, models differ in scale, an image is
   *     broken and must not be, a set has no image left, or the output holds something else
   */
  public Result run(Request request) throws IOException {
    new ReportFolder(files, request.output()).refuseForeign();
    Optional<String> weights = VggExtractor.fingerprint(files, request.settings());
    List<ModelRef> models = ModelRef.resolveAll(files, request.models());
    int scale = ModelRef.commonScale(models);
    List<ModelRef.Named> sets = request.sets().stream().map(ModelRef.Named::parse).toList();
    ModelRef.Named.requireDistinct("--set", sets.stream().map(ModelRef.Named::name).toList());
    Map<String, String> lr = EvaluationSources.lrFolders(request.lr(), sets);
    // Which images are shown is known only when all are scored.
    List<EvaluateTask.Item> items = EvaluationImages.list(files, sets, lr, scale, 0);
    List<EvaluateTask.Scored> scored =
        score(request, request.settings(), models, scale, items, weights);
    List<MissingImage> missing = scored.stream().flatMap(s -> s.missing().stream()).toList();
    sets.forEach(set -> requireScores(set, scored, missing));
    EvaluationReport.Order order =
        new EvaluationReport.Order(
            models.stream().map(ModelRef::name).toList(),
            sets.stream().map(ModelRef.Named::name).toList(),
            request.settings().protocols());
    EvaluationReport report =
        EvaluationReport.of(
                order,
                scored.stream().flatMap(s -> s.scores().stream()).toList(),
                context.provenance(
                    "evaluate", EvaluationSources.of(models, lr, request.settings(), weights)))
            .withMissing(missing)
            .withFurther(
                FurtherScores.of(
                    order, scored.stream().flatMap(s -> s.further().stream()).toList()))
            .withScale(scale);
    for (MissingImage image : missing) {
      LOG.warn("{} of {} is left out: {}", image.image(), image.set(), image.reason());
    }
    return write(request, report, strips(request, report, models, scale, items), models);
  }

  /** The best and worst images, enlarged once more: keeping the pictures of all would not scale. */
  private List<HtmlReport.Strip> strips(
      Request request,
      EvaluationReport report,
      List<ModelRef> models,
      int scale,
      List<EvaluateTask.Item> items) {
    EvaluateSettings settings = request.settings().firstProtocolOnly();
    Map<List<String>, EvaluateTask.Item> byName = new HashMap<>();
    items.forEach(item -> byName.put(List.of(item.set(), item.image()), item.asShown()));
    List<Highlight> highlights = Highlight.of(report, settings.pictures());
    List<EvaluateTask.Item> shown =
        highlights.stream().map(h -> byName.get(List.of(h.set(), h.image()))).toList();
    if (shown.isEmpty()) {
      return List.of();
    }
    List<EvaluateTask.Scored> drawn =
        score(request, settings, models, scale, shown, Optional.empty());
    List<HtmlReport.Strip> strips = new ArrayList<>();
    for (int i = 0; i < highlights.size(); i++) {
      List<String> reasons = highlights.get(i).reasons();
      drawn.get(i).strips().forEach(pictures -> strips.add(pictures.strip(reasons)));
    }
    return strips;
  }

  private List<EvaluateTask.Scored> score(
      Request request,
      EvaluateSettings settings,
      List<ModelRef> models,
      int scale,
      List<EvaluateTask.Item> items,
      Optional<String> weights) {
    String unit = items.get(0).shown() ? "pictures" : "images";
    int slices = Math.max(1, Math.min(items.size(), mostSlices));
    try (JobProgress progress =
        JobProgress.start(context.spark(), context.progress(), "evaluate", unit, items.size())) {
      JavaRDD<EvaluateTask.Item> images = context.spark().parallelize(items, slices);
      // Not whatever cores are free: the last bits of libtorch's results depend on its threads,
      // and a report must not depend on the number of slices.
      int threads = context.spark().getConf().getInt("spark.task.cpus", 1);
      EvaluatePlan plan =
          new EvaluatePlan(
              models.stream().map(ModelRef::remote).toList(),
              scale,
              settings,
              threads,
              request.broken());
      EvaluateTask task =
          new EvaluateTask(
              context.remoteFiles(),
              plan,
              new EvaluateNotes(
                  new ReportFolder(files, request.output()).notes(),
                  EvaluateNotes.Evaluation.of(context.version(), models, plan, weights)),
              progress.counter());
      context.spark().setJobDescription("evaluate");
      return SparkCalls.run(() -> images.mapPartitions(task).collect());
    }
  }

  private static void requireScores(
      ModelRef.Named set, List<EvaluateTask.Scored> scored, List<MissingImage> missing) {
    if (scored.stream()
        .flatMap(s -> s.scores().stream())
        .noneMatch(row -> row.set().equals(set.name()))) {
      MissingImage first =
          missing.stream().filter(m -> m.set().equals(set.name())).findFirst().orElseThrow();
      throw UserException.input(
          "%s: none of its images can be scored, the first is %s, %s. Name a folder of HR images"
                  .formatted(set.uri(), first.image(), first.reason())
              + " with --set");
    }
  }

  private Result write(
      Request request,
      EvaluationReport report,
      List<HtmlReport.Strip> strips,
      List<ModelRef> models)
      throws IOException {
    HtmlReport.Content content =
        HtmlReport.Content.of(request.title(), report)
            .withStrips(strips)
            .withFacts(request.facts());
    Optional<TrainingCurve> curve = trainingCurve(models);
    if (curve.isPresent()) {
      content = content.withTraining(curve.get());
    }
    String html = new ReportFolder(files, request.output()).write(content);
    return new Result(report, html);
  }

  /** The curve of the first model that was given as a run. */
  private Optional<TrainingCurve> trainingCurve(List<ModelRef> models) throws IOException {
    Optional<String> run = models.stream().flatMap(m -> m.run().stream()).findFirst();
    if (run.isEmpty()) {
      return Optional.empty();
    }
    String uri = MetricsLog.uri(run.get());
    try {
      String text = new String(files.readBytes(uri), StandardCharsets.UTF_8);
      return Optional.of(TrainingCurve.parse(text.lines().toList(), uri));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }
}
