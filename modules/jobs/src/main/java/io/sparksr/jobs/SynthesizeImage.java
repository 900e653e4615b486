package io.sparksr.jobs;

import io.sparksr.core.image.DeadLeaves;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.RgbImage;
import io.sparksr.core.io.FileStore;
import io.sparksr.core.io.Uris;
import java.io.IOException;
import java.util.Locale;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.util.LongAccumulator;

/**
 * Makes and writes one image by its number; gives the size of the file.
 *
 * @param files where
 * @param folderUri the images' folder
 * @param settings what they look like
 * @param counter counts images
 */
record SynthesizeImage(
    RemoteFiles files, String folderUri, SynthesizeSettings settings, LongAccumulator counter)
    implements Function<Integer, Long> {
  /** What the names of all images begin with. */
  static final String PREFIX = "leaves-";

  @Override
  public Long call(Integer number) throws IOException {
    FileStore store = files.store();
    RgbImage image = new DeadLeaves(settings.leaves()).image(settings.seed(), number);
    byte[] bytes =
        switch (settings.format()) {
          case PNG -> ImageEncoder.png(image);
          case JPEG -> ImageEncoder.jpeg(image, settings.quality());
        };
    String name =
        String.format(Locale.ROOT, "%s%05d.%s", PREFIX, number, settings.format().extension());
    store.writeBytes(Uris.child(folderUri, name), bytes);
    counter.add(1);
    return (long) bytes.length;
  }
}
