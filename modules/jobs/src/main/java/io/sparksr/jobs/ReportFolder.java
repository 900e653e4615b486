package io.sparksr.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sparksr.core.UserException;
import io.sparksr.core.io.FileEntry;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Uris;
import io.sparksr.evaluation.report.HtmlReport;
import io.sparksr.evaluation.report.MarkdownReport;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** The folder of a report: three documents, and notes until they are complete. */
record ReportFolder(FileStore files, String uri) {
  private static final String JSON = "report.json";
  private static final String MARKDOWN = "report.md";
  private static final String HTML = "report.html";
  private static final Set<String> OURS = Set.of(JSON, MARKDOWN, HTML, EvaluateNotes.FOLDER);

  /**
   * Refuses a folder that holds anything but a report, finished or not.
   *
   * @throws UserException (input) if it does
   */
  void refuseForeign() throws IOException {
    if (!files.exists(uri) || files.exists(Uris.child(uri, JSON))) {
      return;
    }
    List<FileEntry> children = files.list(uri);
    if (!children.stream().map(FileEntry::name).allMatch(OURS::contains)) {
      throw UserException.input(
          uri + ": is not empty and holds no report. Choose an empty or new folder as --output");
    }
  }

  /** Where images that are finished are noted. */
  String notes() {
    return Uris.child(uri, EvaluateNotes.FOLDER);
  }

  /**
   * Writes the documents, that which makes the report count last, and then removes the notes.
   *
   * @return the URI of the page
   */
  String write(HtmlReport.Content content) throws IOException {
    String html = Uris.child(uri, HTML);
    files.writeBytes(html, HtmlReport.render(content).getBytes(UTF_8));
    files.writeBytes(
        Uris.child(uri, MARKDOWN), MarkdownReport.render(content.evaluation()).getBytes(UTF_8));
    files.writeBytes(Uris.child(uri, JSON), content.evaluation().toJson());
    files.delete(notes());
    return html;
  }
}
