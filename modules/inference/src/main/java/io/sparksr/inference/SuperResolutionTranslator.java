package io.sparksr.inference;

import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.sparksr.core.image.RgbImage;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.nn.ValueRange;

/**
 * DJL's way from image to image: 8-bit RGB of any size in, 8-bit RGB of {@code scale} times the
 * width and height out; alpha is dropped. The network sees the whole image in one piece, each by
 * itself; {@link TiledUpscaler} is for images that are too large for that.
 */
public final class SuperResolutionTranslator implements Translator<Image, Image> {
  private static final int OPAQUE = 0xFF000000;

  private final ValueRange inputRange;
  private final ValueRange outputRange;

  /** A translator between images and the ranges of a network. */
  public SuperResolutionTranslator(SuperResolutionNetwork network) {
    this.inputRange = network.inputRange();
    this.outputRange = network.outputRange();
  }

  @Override
  public NDList processInput(TranslatorContext context, Image input) {
    byte[] pixels;
    try (NDArray array = input.toNDArray(context.getNDManager(), Image.Flag.COLOR)) {
      pixels = array.toByteArray();
    }
    RgbImage lr = new RgbImage(input.getWidth(), input.getHeight(), pixels);
    return new NDList(ImageTensors.toNetwork(lr, inputRange, context.getNDManager()));
  }

  @Override
  public Image processOutput(TranslatorContext context, NDList list) {
    RgbImage sr = ImageTensors.fromNetwork(list.singletonOrThrow(), outputRange);
    byte[] bytes = sr.pixels();
    int[] pixels = new int[sr.width() * sr.height()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] =
          OPAQUE
              | (bytes[3 * i] & 0xFF) << 16
              | (bytes[3 * i + 1] & 0xFF) << 8
              | (bytes[3 * i + 2] & 0xFF);
    }
    return ImageFactory.getInstance().fromPixels(pixels, sr.width(), sr.height());
  }

  /** None: images of a batch may differ in size, so each is a batch of its own. */
  @Override
  public Batchifier getBatchifier() {
    return null;
  }
}
