package io.sparksr.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparksr.core.image.RgbImage;
import io.sparksr.nn.ValueRange;

/** Whole images to the arrays of a network and back. */
final class ImageTensors {
  private static final int CHANNELS = RgbImage.CHANNELS;

  private ImageTensors() {}

  /**
   * An image as a batch of one.
   *
   * @return float32 (1, 3, H, W) in the range, owned by the manager
   */
  static NDArray toNetwork(RgbImage image, ValueRange range, NDManager manager) {
    int plane = image.width() * image.height();
    byte[] pixels = image.pixels();
    float[] values = new float[Math.multiplyExact(CHANNELS, plane)];
    for (int c = 0; c < CHANNELS; c++) {
      float scale = range.scale()[c];
      float shift = range.shift()[c];
      for (int i = 0; i < plane; i++) {
        values[c * plane + i] = (pixels[CHANNELS * i + c] & 0xFF) * scale + shift;
      }
    }
    return manager.create(values, new Shape(1, CHANNELS, image.height(), image.width()));
  }

  /**
   * An image from a batch of one, rounded and clipped to bytes.
   *
   * @param batch float32 (1, 3, H, W) in the range
   */
  static RgbImage fromNetwork(NDArray batch, ValueRange range) {
    int height = Math.toIntExact(batch.getShape().get(2));
    int width = Math.toIntExact(batch.getShape().get(3));
    float[] values = batch.toFloatArray();
    int plane = values.length / CHANNELS;
    byte[] pixels = new byte[values.length];
    for (int c = 0; c < CHANNELS; c++) {
      float scale = range.scale()[c];
      float shift = range.shift()[c];
      for (int i = 0; i < plane; i++) {
        int value = Math.round((values[c * plane + i] - shift) / scale);
        pixels[CHANNELS * i + c] = (byte) Math.max(0, Math.min(255, value));
      }
    }
    return new RgbImage(width, height, pixels);
  }
}
