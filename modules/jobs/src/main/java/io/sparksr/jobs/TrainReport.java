package io.sparksr.jobs;

import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Uris;
import io.sparksr.evaluation.report.EvaluationReport;
import io.sparksr.evaluation.report.HtmlReport;
import io.sparksr.evaluation.report.TrainingCurve;
import io.sparksr.nn.NetworkSettings;
import io.sparksr.training.MetricsLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** {@code report.html} of a run: the curves of its losses. */
record TrainReport(JobContext context, FileStore files) {
  private static final String REPORT = "report.html";

  /** Writes the page; a run without metrics gets none. */
  void write(TrainJob.Request request, long steps) throws IOException {
    String uri = MetricsLog.uri(request.output());
    if (!files.exists(uri)) {
      return;
    }
    String metrics = new String(files.readBytes(uri), StandardCharsets.UTF_8);
    NetworkSettings network = request.network();
    HtmlReport.Content content =
        HtmlReport.Content.of(
                "Training of " + network.name(),
                EvaluationReport.of(
                    new EvaluationReport.Order(List.of(), List.of(), List.of()),
                    List.of(),
                    context.provenance("train", Map.of())))
            .withTraining(TrainingCurve.parse(metrics.lines().toList(), uri))
            .withFacts(
                List.of(
                    new HtmlReport.Fact(
                        "Network",
                        network.blocks()
                            + " blocks of "
                            + network.channels()
                            + " channels, "
                            + network.scale()
                            + "x"),
                    new HtmlReport.Fact(
                        "Steps", steps + " of " + request.train().globalBatch() + " crops"),
                    new HtmlReport.Fact("Replicas", Integer.toString(request.train().replicas()))));
    files.writeBytes(
        Uris.child(request.output(), REPORT),
        HtmlReport.render(content).getBytes(StandardCharsets.UTF_8));
  }
}
