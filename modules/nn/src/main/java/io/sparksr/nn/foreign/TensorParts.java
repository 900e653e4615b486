package io.sparksr.nn.foreign;

import io.sparksr.core.UserException;
import io.sparksr.nn.ElementType;
import io.sparksr.nn.NamedTensor;
import io.sparksr.nn.foreign.PickleValue.Dictionary;
import io.sparksr.nn.foreign.PickleValue.Inert;
import io.sparksr.nn.foreign.PickleValue.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Finds the groups of tensors in what was unpickled: each dictionary of tensors and each module, by
 * its path. Optimizers are passed over.
 */
final class TensorParts {
  private static final int MAX_DEPTH = 64;
  private static final Map<String, ElementType> TYPES =
      Map.of(
          "torch.HalfStorage", ElementType.FLOAT16,
          "torch.BFloat16Storage", ElementType.BFLOAT16,
          "torch.FloatStorage", ElementType.FLOAT32,
          "torch.DoubleStorage", ElementType.FLOAT64);

  private final Function<String, ByteBuffer> data;
  private final String source;
  private final Predicate<String> wanted;
  private final List<WeightFile.Part> parts = new ArrayList<>();
  private final Set<Object> visited = Collections.newSetFromMap(new IdentityHashMap<>());
  private long budget;

  /**
   * A search.
   *
   * @param data bytes of each storage, little endian; null if there is none
   * @param fileBytes bounds what the tensors may take
   * @param wanted of the tensors' names in their part
   */
  TensorParts(
      Function<String, ByteBuffer> data, long fileBytes, String source, Predicate<String> wanted) {
    this.data = data;
    this.source = source;
    this.wanted = wanted;
    // Float32 takes twice the bytes of half precision; as much again for tensors that share.
    this.budget = 4 * fileBytes + (1 << 20);
  }

  /** All parts, in the file's order. */
  List<WeightFile.Part> of(Object root) {
    find(root, "", 0);
    return parts;
  }

  private void find(Object value, String path, int depth) {
    if (depth > MAX_DEPTH || !visited.add(value)) {
      return;
    }
    if (value instanceof Inert object) {
      if (object.state.entries.get("_modules") instanceof Dictionary) {
        Builder builder = new Builder();
        module(object, "", builder, 0);
        builder.add(path);
      }
    } else if (value instanceof Dictionary dictionary) {
      Builder builder = new Builder();
      dictionary.entries.forEach(
          (key, item) -> {
            if (key instanceof String name && item instanceof Tensor tensor) {
              builder.put(name, tensor);
            }
          });
      builder.add(path);
      if (dictionary.entries.containsKey("param_groups")) {
        return;
      }
      dictionary.entries.forEach(
          (key, item) -> {
            if (key instanceof String name) {
              find(item, path.isEmpty() ? name : path + "." + name, depth + 1);
            }
          });
    }
  }

  private void module(Inert object, String prefix, Builder builder, int depth) {
    if (depth > MAX_DEPTH || (depth > 0 && !visited.add(object))) {
      return;
    }
    for (String kind : List.of("_parameters", "_buffers")) {
      entries(object, kind)
          .forEach(
              (name, item) -> {
                if (item instanceof Tensor tensor) {
                  builder.put(prefix + name, tensor);
                }
              });
    }
    entries(object, "_modules")
        .forEach(
            (name, item) -> {
              if (item instanceof Inert child) {
                module(child, prefix + name + ".", builder, depth + 1);
              }
            });
  }

  private static Map<Object, Object> entries(Inert object, String kind) {
    return object.state.entries.get(kind) instanceof Dictionary dictionary
        ? dictionary.entries
        : Map.of();
  }

  private Optional<NamedTensor> gather(String name, Tensor tensor) {
    ElementType type = TYPES.get(tensor.storage.typeName);
    if (type == null) {
      return Optional.empty();
    }
    ByteBuffer bytes = data.apply(tensor.storage.key);
    if (bytes == null) {
      throw UserException.input(source + ": is damaged: the values of " + name + " are missing");
    }
    long count = 1;
    for (long side : tensor.shape) {
      count *= side;
    }
    budget -= count * Float.BYTES;
    if (budget < 0) {
      throw UserException.input(source + ": declares far more values than it holds");
    }
    float[] values = new float[(int) count];
    long[] index = new long[tensor.shape.length];
    long position = tensor.offset;
    for (int i = 0; i < values.length; i++) {
      values[i] = type.read(bytes, (int) position);
      for (int d = index.length - 1; d >= 0; d--) {
        position += tensor.strides[d];
        if (++index[d] < tensor.shape[d]) {
          break;
        }
        position -= tensor.strides[d] * tensor.shape[d];
        index[d] = 0;
      }
    }
    return Optional.of(new NamedTensor(name, tensor.shape, FloatBuffer.wrap(values)));
  }

  /** One part as it is filled. */
  private final class Builder {
    private final Map<String, NamedTensor> tensors = new LinkedHashMap<>();
    private final List<String> integers = new ArrayList<>();

    void put(String name, Tensor tensor) {
      if (!wanted.test(name)) {
        return;
      }
      gather(name, tensor).ifPresentOrElse(t -> tensors.put(name, t), () -> integers.add(name));
    }

    void add(String path) {
      if (!tensors.isEmpty()) {
        parts.add(new WeightFile.Part(path, tensors, integers));
      }
    }
  }
}
