package io.sparksr.data;

import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.core.image.RgbImage;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A baseline JPEG file of the image, 4:2:0 chroma, and back: the bytes that Pillow's {@code
 * save(file, "JPEG", quality=q)} and {@code open(file)} give.
 */
final class JpegCompression implements Distortion {
  private static final ImageDecoder DECODER = new ImageDecoder(Long.MAX_VALUE);

  private final Strength quality;

  JpegCompression(List<Integer> quality) {
    this.quality = Strength.of(quality);
  }

  @Override
  public RgbImage apply(RgbImage image, SplittableRandom random) {
    try {
      return DECODER.decode(ImageEncoder.jpeg(image, quality.drawWhole(random)));
    } catch (ImageException e) {
      throw new IllegalStateException("a JPEG just made of " + image + " does not decode", e);
    }
  }
}
