package io.sparksr.inference;

import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.ImageLayout;
import io.sparksr.core.image.ImageMetadata;
import io.sparksr.core.image.ImageRows;
import java.io.IOException;
import java.io.OutputStream;

/**
 * One image for {@link UpscalePipeline}: where it comes from, where its enlargement goes, and who
 * hears what became of it. Called by one thread at a time, but by several one after another.
 */
public interface PipelineImage {

  /**
   * Opens the image.
   *
   * @throws IOException if it can't be read; this image fails, the others go on
   */
  ImageRows open() throws IOException, ImageException;

  /**
   * Begins the output, which the pipeline closes.
   *
   * @throws IOException ends the whole pipeline, as every failure to write does
   */
  OutputStream create() throws IOException;

  /** So many of its tiles are enlarged. */
  void tilesDone(long done, long total);

  /**
   * The output is complete and closed.
   *
   * @param layout of the enlarged image
   * @param metadata of the image
   */
  void done(ImageLayout layout, ImageMetadata metadata) throws IOException;

  /** The image can't be enlarged. An output that was begun is closed, incomplete. */
  void failed(ImageException problem) throws IOException;
}
