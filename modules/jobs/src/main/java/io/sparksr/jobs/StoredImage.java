package io.sparksr.jobs;

import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageLayout;
import io.sparksr.core.image.ImageMetadata;
import io.sparksr.core.image.ImageOpener;
import io.sparksr.core.image.ImageRows;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Sha256;
import io.sparksr.core.io.Uris;
import io.sparksr.inference.PipelineImage;
import java.io.IOException;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One input and its output as files. What became of it goes to a listener. */
final class StoredImage implements PipelineImage {
  private static final Logger LOG = LoggerFactory.getLogger(StoredImage.class);

  private final FileStore files;
  private final String outputFolder;
  private final UpscaleItem item;
  private final String recipe;
  private final ImageOpener opener;
  private final Listener listener;
  private long start;
  private Sha256.Output out;

  /** Hears what becomes of images; called by several threads. */
  interface Listener {
    /** The image is finished, one way or the other. */
    void finished(UpscaleManifest.Entry entry) throws IOException;

    /** How far a long one is. */
    void progress(String text);
  }

  StoredImage(
      FileStore files,
      String outputFolder,
      UpscaleItem item,
      String recipe,
      ImageOpener opener,
      Listener listener) {
    this.files = files;
    this.outputFolder = outputFolder;
    this.item = item;
    this.recipe = recipe;
    this.opener = opener;
    this.listener = listener;
  }

  @Override
  public ImageRows open() throws IOException, ImageException {
    start = System.nanoTime();
    return opener.open(files.open(item.uri()));
  }

  @Override
  public OutputStream create() throws IOException {
    out = Sha256.output(files.create(outputUri()));
    return out;
  }

  @Override
  public void tilesDone(long done, long total) {
    listener.progress(Uris.name(item.uri()) + ": tile " + done + " of " + total);
  }

  @Override
  public void done(ImageLayout layout, ImageMetadata metadata) throws IOException {
    String note =
        metadata.hasMorePictures() ? "the file holds more frames or pages than this first one" : "";
    if (!note.isEmpty()) {
      LOG.info("{}: {}", item.uri(), note);
    }
    listener.finished(
        new UpscaleManifest.Entry(
            item.uri(),
            item.bytes(),
            item.modifiedMillis(),
            item.etag(),
            item.output(),
            layout.width(),
            layout.height(),
            out.bytes(),
            out.sha256(),
            millis(),
            UpscaleManifest.Status.DONE,
            "",
            note,
            recipe));
  }

  @Override
  public void failed(ImageException problem) throws IOException {
    String reason = reason(problem);
    LOG.warn("{} is not enlarged: {}", item.uri(), reason);
    if (out != null) {
      files.delete(outputUri());
    }
    listener.finished(item.failed(reason, recipe, millis()));
  }

  /** A reason as manifests hold it. */
  static String reason(ImageException problem) {
    return problem.reason().label() + " (" + problem.getMessage() + ")";
  }

  private String outputUri() {
    return Uris.child(outputFolder, item.output());
  }

  private long millis() {
    return (System.nanoTime() - start) / 1_000_000;
  }
}
