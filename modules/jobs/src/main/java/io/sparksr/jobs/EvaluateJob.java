package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.Uris;
import io.sparksr.evaluation.report.EvaluationReport;
import io.sparksr.evaluation.report.HtmlReport;
import io.sparksr.evaluation.report.MarkdownReport;
import io.sparksr.evaluation.report.TrainingCurve;
import io.sparksr.training.MetricsLog;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;

/**
 * Scores models on folders of images, spread over the cluster image by image, and writes the
 * report.
 */
public final class EvaluateJob {
  private static final String JSON = "report.json";
  private static final String MARKDOWN = "report.md";
  private static final String HTML = "report.html";

  private final JobContext context;
  private final HadoopFileStore files;

  /** A job on a Spark context. */
  public EvaluateJob(JobContext context) {
    this.context = context;
    this.files = context.files();
  }

  /**
   * What to evaluate.
   *
   * @param models {@code bicubic}, or URIs of runs, checkpoints or model folders, possibly with
   *     {@code NAME=}
   * @param sets folders of HR images as {@code NAME=URI}, or URIs whose last part is the name
   * @param output the report's folder
   * @param title of the HTML report
   * @param facts lines for the head of the HTML report
   * @param settings how
   */
  public record Request(
      List<String> models,
      List<String> sets,
      String output,
      String title,
      List<HtmlReport.Fact> facts,
      EvaluateSettings settings) {}

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
   *     broken, or the output holds something else
   */
  public Result run(Request request) throws IOException {
    refuseForeignOutput(request.output());
    List<ModelRef> models = ModelRef.resolveAll(files, request.models());
    int scale = ModelRef.commonScale(models);
    List<ModelRef.Named> sets = request.sets().stream().map(ModelRef.Named::parse).toList();
    ModelRef.Named.requireDistinct("--set", sets.stream().map(ModelRef.Named::name).toList());
    List<EvaluateTask.Item> items = items(sets, request.settings().pictures());
    List<EvaluateTask.Scored> scored = score(request.settings(), models, scale, items);
    EvaluationReport.Order order =
        new EvaluationReport.Order(
            models.stream().map(ModelRef::name).toList(),
            sets.stream().map(ModelRef.Named::name).toList(),
            request.settings().protocols());
    EvaluationReport report =
        EvaluationReport.of(
            order,
            scored.stream().flatMap(s -> s.scores().stream()).toList(),
            context.provenance("evaluate", sources(models)));
    return write(request, report, scored, models);
  }

  private List<EvaluateTask.Scored> score(
      EvaluateSettings settings, List<ModelRef> models, int scale, List<EvaluateTask.Item> items) {
    int slices = Math.max(1, Math.min(items.size(), 4 * context.spark().defaultParallelism()));
    try (JobProgress progress =
        JobProgress.start(
            context.spark(), context.progress(), "evaluate", "images", items.size())) {
      JavaRDD<EvaluateTask.Item> images = context.spark().parallelize(items, slices);
      int threads =
          Slots.cores(context.spark(), Math.min(slices, context.spark().defaultParallelism()));
      EvaluateTask task =
          new EvaluateTask(
              context.remoteFiles(),
              models.stream().map(ModelRef::remote).toList(),
              scale,
              settings,
              threads,
              progress.counter());
      context.spark().setJobDescription("evaluate");
      return SparkCalls.run(() -> images.mapPartitions(task).collect());
    }
  }

  private Result write(
      Request request,
      EvaluationReport report,
      List<EvaluateTask.Scored> scored,
      List<ModelRef> models)
      throws IOException {
    HtmlReport.Content content =
        HtmlReport.Content.of(request.title(), report)
            .withStrips(
                scored.stream()
                    .flatMap(s -> s.strips().stream())
                    .map(StripPictures::strip)
                    .toList())
            .withFacts(request.facts());
    Optional<TrainingCurve> curve = trainingCurve(models);
    if (curve.isPresent()) {
      content = content.withTraining(curve.get());
    }
    String html = Uris.child(request.output(), HTML);
    files.writeBytes(html, HtmlReport.render(content).getBytes(StandardCharsets.UTF_8));
    files.writeBytes(
        Uris.child(request.output(), MARKDOWN),
        MarkdownReport.render(report).getBytes(StandardCharsets.UTF_8));
    files.writeBytes(Uris.child(request.output(), JSON), report.toJson());
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

  private List<EvaluateTask.Item> items(List<ModelRef.Named> sets, int pictures)
      throws IOException {
    List<EvaluateTask.Item> items = new ArrayList<>();
    for (ModelRef.Named set : sets) {
      List<FileEntry> images;
      try {
        images =
            files.list(set.uri()).stream()
                .filter(f -> !f.directory() && !Hidden.test(f.name()))
                .toList();
      } catch (FileNotFoundException e) {
        throw UserException.input(
            set.uri() + ": not found. Name an existing folder of HR images with --set", e);
      }
      if (images.isEmpty()) {
        throw UserException.input(
            set.uri() + ": holds no images. Name a folder of HR images with --set");
      }
      for (int i = 0; i < images.size(); i++) {
        FileEntry image = images.get(i);
        // Pictures are taken evenly from the whole set: neighbours in a listing often look alike.
        boolean shown = (i + 1L) * pictures / images.size() > (long) i * pictures / images.size();
        items.add(new EvaluateTask.Item(set.name(), image.name(), image.uri(), shown));
      }
    }
    return items;
  }

  private void refuseForeignOutput(String output) throws IOException {
    if (files.exists(output)
        && !files.exists(Uris.child(output, JSON))
        && !files.list(output).isEmpty()) {
      throw UserException.input(
          output + ": is not empty and holds no report. Choose an empty or new folder as --output");
    }
  }

  private static Map<String, String> sources(List<ModelRef> models) {
    Map<String, String> sources = new LinkedHashMap<>();
    models.stream()
        .filter(m -> !m.bicubic())
        .forEach(m -> sources.put(m.folder(), m.fingerprint()));
    return sources;
  }
}
