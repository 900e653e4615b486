package io.sparksr.cli;

import io.sparksr.core.UserException;
import io.sparksr.core.config.ResolvedConfig;
import io.sparksr.core.io.Uris;
import io.sparksr.data.IndexManifest;
import io.sparksr.data.IndexSettings;
import io.sparksr.jobs.IndexJob;
import io.sparksr.jobs.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code index}: images to an index. */
@Command(name = "index", description = "Lists and checks images.")
final class IndexCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Option(
      names = "--input",
      paramLabel = "URI",
      arity = "1..*",
      description = "Folders, files or Hadoop patterns.")
  private List<String> inputs = List.of();

  @Option(
      names = "--input-list",
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "Text files with a URI of an image or folder per line, beside or without --input.")
  private List<String> lists = List.of();

  @Option(
      names = "--verify",
      description = "Decodes every image, not only its header; short for -D index.verify=true.")
  private boolean verify;

  @Option(
      names = "--min-size",
      paramLabel = "PIXELS",
      description = "Shortest side of a usable image; short for -D index.min-size.")
  private String minSize;

  @Option(
      names = "--json-list",
      paramLabel = "FILE",
      description = "Also writes the paths of the usable images as a JSON array.")
  private String jsonList;

  /**
   * Makes the index and prints what is in it.
   *
   * @throws UserException (configuration or input) what the user has to mend
   */
  @Override
  public Integer call() throws IOException {
    if (inputs.isEmpty() && lists.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "Missing required option: '--input=URI' or '--input-list=FILE'");
    }
    List<String> settings = new ArrayList<>();
    if (minSize != null) {
      settings.add("index.min-size=" + minSize);
    }
    if (verify) {
      settings.add("index.verify=true");
    }
    ResolvedConfig config = common.load(settings.toArray(String[]::new));
    IndexJob.Request request =
        new IndexJob.Request(
            inputs,
            lists,
            output.uri(),
            Optional.ofNullable(jsonList),
            output.existing(),
            config.bind("index", IndexSettings.class));
    try (SparkContexts spark = SparkContexts.open("index", common, config, "index")) {
      report(new IndexJob(spark.jobContext()).run(request));
    }
    return 0;
  }

  private void report(Outcome<IndexManifest> outcome) {
    TextTable table = new TextTable("files", "count");
    table.row("usable images", outcome.manifest().counts().accepted());
    outcome
        .manifest()
        .counts()
        .rejected()
        .forEach((reason, count) -> table.row("rejected: " + reason, count));
    Results results = new Results(spec);
    results.table(table);
    results.made("index", Uris.child(outcome.uri(), IndexManifest.NAME), outcome.made());
    if (jsonList != null) {
      results.path("JSON list", jsonList);
    }
  }
}
