package io.sparksr.core.image;

import java.util.Optional;

/** A decoded image as rows. */
final class WholeRows implements ImageRows {
  private final RgbImage rgb;
  private final Optional<byte[]> alpha;
  private final ImageLayout layout;
  private final ImageMetadata metadata;
  private int pixel;

  /**
   * Rows of an image.
   *
   * @param alpha a byte per pixel
   * @param colours 1 if the three are equal everywhere
   */
  WholeRows(RgbImage rgb, Optional<byte[]> alpha, int colours, ImageMetadata metadata) {
    this.rgb = rgb;
    this.alpha = alpha;
    this.layout = new ImageLayout(rgb.width(), rgb.height(), colours, alpha.isPresent(), 8);
    this.metadata = metadata;
  }

  /** Passes over rows. */
  void skip(int rows) {
    pixel += rows * rgb.width();
  }

  @Override
  public ImageLayout layout() {
    return layout;
  }

  @Override
  public ImageMetadata metadata() {
    return metadata;
  }

  @Override
  public void read(short[] target, int offset, int rows) {
    byte[] pixels = rgb.pixels();
    byte[] plane = alpha.orElse(null);
    int end = pixel + rows * rgb.width();
    int out = offset;
    for (; pixel < end; pixel++) {
      int in = pixel * RgbImage.CHANNELS;
      target[out++] = (short) (pixels[in] & 0xFF);
      target[out++] = (short) (pixels[in + 1] & 0xFF);
      target[out++] = (short) (pixels[in + 2] & 0xFF);
      if (plane != null) {
        target[out++] = (short) (plane[pixel] & 0xFF);
      }
    }
  }

  @Override
  public void close() {
    // Memory alone.
  }
}
