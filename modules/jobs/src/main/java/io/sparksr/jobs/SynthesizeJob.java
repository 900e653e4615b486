package io.sparksr.jobs;

import io.sparksr.core.UserException;
import io.sparksr.core.io.JsonCodec;
import io.sparksr.core.io.Uris;
import io.sparksr.jobs.Outcome.Made;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Makes stand-ins for photographs (dead-leaves images) and writes them as files. An image depends
 * on the settings and its number alone.
 */
public final class SynthesizeJob {
  private static final int IMAGES_PER_TASK = 4;

  private final JobContext context;
  private final HadoopFileStore files;

  /** A job on a Spark context. */
  public SynthesizeJob(JobContext context) {
    this.context = context;
    this.files = context.files();
  }

  /**
   * What to make.
   *
   * @param output the images' folder
   * @param existing what to do where there are such images already
   * @param settings what they look like
   */
  public record Request(String output, Existing existing, SynthesizeSettings settings) {}

  /**
   * Makes the images.
   *
   * @throws UserException (input) if the output folder holds something else
   */
  public Outcome<SynthesizeManifest> run(Request request) throws IOException {
    SynthesizeSettings settings = request.settings();
    String fingerprint = OutputFolder.fingerprint(settings);
    String manifestUri = Uris.child(request.output(), SynthesizeManifest.NAME);
    OutputFolder output =
        new OutputFolder(
            files,
            request.output(),
            SynthesizeManifest.NAME,
            "made-up images",
            List.of(SynthesizeImage.PREFIX));
    if (output.claim(fingerprint, request.existing())) {
      SynthesizeManifest manifest =
          JsonCodec.parse(files.readBytes(manifestUri), SynthesizeManifest.class, manifestUri);
      return new Outcome<>(request.output(), manifest, Made.BEFORE);
    }
    SynthesizeManifest manifest =
        new SynthesizeManifest(
            settings.count(),
            make(request),
            fingerprint,
            context.provenance("synthesize", Map.of()));
    output.complete(manifest);
    return new Outcome<>(request.output(), manifest, Made.NOW);
  }

  private long make(Request request) {
    int count = request.settings().count();
    try (JobProgress progress =
        JobProgress.start(context.spark(), context.progress(), "synthesize", "images", count)) {
      SynthesizeImage image =
          new SynthesizeImage(
              context.remoteFiles(), request.output(), request.settings(), progress.counter());
      List<Integer> numbers = IntStream.range(0, count).boxed().toList();
      int tasks = Math.max(1, (count + IMAGES_PER_TASK - 1) / IMAGES_PER_TASK);
      return SparkCalls.run(
          () -> context.spark().parallelize(numbers, tasks).map(image).reduce(Long::sum));
    }
  }
}
