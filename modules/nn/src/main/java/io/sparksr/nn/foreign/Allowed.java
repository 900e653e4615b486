package io.sparksr.nn.foreign;

import io.sparksr.core.UserException;
import io.sparksr.nn.foreign.PickleValue.Dictionary;
import io.sparksr.nn.foreign.PickleValue.Global;
import io.sparksr.nn.foreign.PickleValue.Sequence;
import io.sparksr.nn.foreign.PickleValue.Storage;
import io.sparksr.nn.foreign.PickleValue.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The names a pickle may use, and what each of them means here. */
final class Allowed {
  private static final Set<String> DICTIONARIES =
      Set.of(
          "collections.OrderedDict",
          "collections.defaultdict",
          "builtins.dict",
          "__builtin__.dict");

  private static final Set<String> SEQUENCES =
      Set.of(
          "builtins.set",
          "__builtin__.set",
          "builtins.list",
          "__builtin__.list",
          "builtins.tuple",
          "__builtin__.tuple",
          "torch.Size");

  private static final String PARAMETER = "torch._utils._rebuild_parameter";
  private static final Set<String> TENSORS =
      Set.of("torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2");

  /** Bytes per element. */
  private static final Map<String, Integer> STORAGES =
      Map.of(
          "torch.HalfStorage", 2,
          "torch.BFloat16Storage", 2,
          "torch.FloatStorage", 4,
          "torch.DoubleStorage", 8,
          "torch.LongStorage", 8,
          "torch.IntStorage", 4,
          "torch.ShortStorage", 2,
          "torch.CharStorage", 1,
          "torch.ByteStorage", 1,
          "torch.BoolStorage", 1);

  private static final int MAX_DIMENSIONS = 8;

  private Allowed() {}

  static UserException refused(String name, String source) {
    String shown = name.length() > 200 ? name.substring(0, 200) + "..." : name;
    return UserException.input(
        source
            + ": refused: the file names '"
            + shown.replaceAll("\\p{Cntrl}", "?")
            + "', which is neither a tensor nor a plain container. Save the state_dict() alone");
  }

  /** Whether the name means something here, so that it can't be a module's class. */
  static boolean isKnown(String name) {
    return isType(name) || TENSORS.contains(name) || PARAMETER.equals(name);
  }

  /** Whether the name may stand as a value: the factory of a defaultdict, a storage's type. */
  static boolean isType(String name) {
    return DICTIONARIES.contains(name) || SEQUENCES.contains(name) || STORAGES.containsKey(name);
  }

  static boolean isModuleOrOptimizer(Object state) {
    if (!(state instanceof Dictionary dictionary)) {
      return false;
    }
    boolean optimizer =
        dictionary.entries.get("param_groups") instanceof Sequence
            && isDictionary(dictionary, "state");
    return optimizer
        || (isDictionary(dictionary, "_parameters") && isDictionary(dictionary, "_modules"));
  }

  private static boolean isDictionary(Dictionary dictionary, String key) {
    return dictionary.entries.get(key) instanceof Dictionary;
  }

  /** What a call gives: a tensor or an empty or copied container. */
  static Object call(String name, List<Object> arguments, String source) {
    if (DICTIONARIES.contains(name)) {
      return dictionary(arguments);
    }
    if (SEQUENCES.contains(name)) {
      Sequence made = new Sequence();
      if (!arguments.isEmpty()) {
        made.items.addAll(((Sequence) arguments.get(0)).items);
      }
      return made;
    }
    if (PARAMETER.equals(name)) {
      return (Tensor) arguments.get(0);
    }
    if (TENSORS.contains(name)) {
      return tensor(arguments, source);
    }
    throw refused(name, source);
  }

  /** Both forms of a storage's identity, and the class of a module with its source code. */
  static Object persistent(Sequence id, String source) {
    if ("module".equals(id.items.get(0))) {
      return (Global) id.items.get(1);
    }
    if (!"storage".equals(id.items.get(0))) {
      throw damaged(source, "neither a storage nor a module");
    }
    String type = ((Global) id.items.get(1)).name;
    if (!STORAGES.containsKey(type)) {
      throw refused(type, source);
    }
    long elements = (Long) id.items.get(4);
    if (elements < 0 || elements > Integer.MAX_VALUE / elementBytes(type)) {
      throw damaged(source, "a storage of " + elements + " elements");
    }
    if (id.items.size() > 5 && !(id.items.get(5) instanceof PickleValue.None)) {
      throw damaged(source, "a storage that is a view of another");
    }
    return new Storage(type, (String) id.items.get(2), elements);
  }

  static int elementBytes(String storageType) {
    return STORAGES.get(storageType);
  }

  private static Dictionary dictionary(List<Object> arguments) {
    // An OrderedDict of old protocols comes with its pairs, a defaultdict with its factory.
    Dictionary made = new Dictionary();
    if (!arguments.isEmpty() && arguments.get(0) instanceof Sequence pairs) {
      for (Object pair : pairs.items) {
        List<Object> entry = ((Sequence) pair).items;
        made.entries.put(entry.get(0), entry.get(1));
      }
    }
    return made;
  }

  private static Tensor tensor(List<Object> arguments, String source) {
    Storage storage = (Storage) arguments.get(0);
    long offset = (Long) arguments.get(1);
    long[] shape = sizes((Sequence) arguments.get(2), source);
    long[] strides = sizes((Sequence) arguments.get(3), source);
    if (shape.length != strides.length || offset < 0) {
      throw damaged(source, "a tensor whose shape and strides differ in length");
    }
    long count = 1;
    long last = offset;
    for (int i = 0; i < shape.length; i++) {
      // No overflow: each factor is below 2^31, and both are checked as they grow.
      count = Math.min(count, Integer.MAX_VALUE) * shape[i];
      last = Math.min(last, Integer.MAX_VALUE) + Math.max(0, shape[i] - 1) * strides[i];
    }
    if (count > storage.elements || (count > 0 && last >= storage.elements)) {
      throw damaged(
          source,
          "a tensor of " + count + " values in a storage of " + storage.elements + " elements");
    }
    return new Tensor(storage, offset, shape, strides);
  }

  private static long[] sizes(Sequence items, String source) {
    if (items.items.size() > MAX_DIMENSIONS) {
      throw damaged(source, "a tensor of " + items.items.size() + " dimensions");
    }
    long[] sizes = new long[items.items.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = (Long) items.items.get(i);
      if (sizes[i] < 0 || sizes[i] > Integer.MAX_VALUE) {
        throw damaged(source, "a tensor with a side or stride of " + sizes[i]);
      }
    }
    return sizes;
  }

  private static UserException damaged(String source, String what) {
    return UserException.input(source + ": the file is damaged: " + what);
  }
}
