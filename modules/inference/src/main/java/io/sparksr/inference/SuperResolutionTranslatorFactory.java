package io.sparksr.inference;

import ai.djl.Model;
import ai.djl.modality.cv.Image;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import io.sparksr.nn.SuperResolutionNetwork;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;

/**
 * Translators for a {@link SuperResolutionNetwork}: DJL's {@link Image} to {@link Image}, and bytes
 * of an encoded image to bytes of a PNG. It is serializable, so that Spark can carry it to its
 * tasks.
 */
public final class SuperResolutionTranslatorFactory implements TranslatorFactory, Serializable {
  private static final long serialVersionUID = 1L;

  @Override
  public Set<Pair<Type, Type>> getSupportedTypes() {
    return Set.of(new Pair<>(Image.class, Image.class), new Pair<>(byte[].class, byte[].class));
  }

  /**
   * A translator.
   *
   * @param model whose block is a {@link SuperResolutionNetwork}
   * @throws IllegalArgumentException if it is another block, or the types are not supported
   */
  @Override
  @SuppressWarnings("unchecked")
  public <I, O> Translator<I, O> newInstance(
      Class<I> input, Class<O> output, Model model, Map<String, ?> arguments) {
    if (!(model.getBlock() instanceof SuperResolutionNetwork network)) {
      throw new IllegalArgumentException(
          "the model's block is no super-resolution network: " + model.getBlock());
    }
    if (input == Image.class && output == Image.class) {
      return (Translator<I, O>) new SuperResolutionTranslator(network);
    }
    if (input == byte[].class && output == byte[].class) {
      return (Translator<I, O>) new EncodedImageTranslator(network);
    }
    throw new IllegalArgumentException("no translator from " + input + " to " + output);
  }
}
