package io.sparksr.inference;

import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.sparksr.core.image.ImageDecoder;
import io.sparksr.core.image.ImageEncoder;
import io.sparksr.core.image.ImageException;
import io.sparksr.nn.SuperResolutionNetwork;
import io.sparksr.nn.ValueRange;

/**
 * The same as {@link SuperResolutionTranslator} for encoded images: the bytes of a file in any
 * format that is decoded here in, a PNG file out.
 */
final class EncodedImageTranslator implements Translator<byte[], byte[]> {
  /** Beyond it the network's activations of one piece would take tens of gigabytes. */
  private static final long MAX_PIXELS = 1 << 24;

  private final ValueRange inputRange;
  private final ValueRange outputRange;

  EncodedImageTranslator(SuperResolutionNetwork network) {
    this.inputRange = network.inputRange();
    this.outputRange = network.outputRange();
  }

  @Override
  public NDList processInput(TranslatorContext context, byte[] input) throws ImageException {
    return new NDList(
        ImageTensors.toNetwork(
            new ImageDecoder(MAX_PIXELS).decode(input), inputRange, context.getNDManager()));
  }

  @Override
  public byte[] processOutput(TranslatorContext context, NDList list) {
    return ImageEncoder.png(ImageTensors.fromNetwork(list.singletonOrThrow(), outputRange));
  }

  @Override
  public Batchifier getBatchifier() {
    return null;
  }
}
