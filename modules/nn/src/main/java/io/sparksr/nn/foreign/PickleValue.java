package io.sparksr.nn.foreign;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an unpickled file may consist of beside numbers, strings, booleans and none. Equality is
 * identity throughout: hashing a container that a stranger nested is never walked.
 */
abstract class PickleValue {
  private PickleValue() {}

  /** A pickled none, told from the Java null that no value ever is. */
  static final class None extends PickleValue {}

  /** A list, a set or a tuple. */
  static final class Sequence extends PickleValue {
    final List<Object> items = new ArrayList<>();
  }

  /** A dictionary, in order; keys are strings, numbers, booleans or anything by identity. */
  static final class Dictionary extends PickleValue {
    final Map<Object, Object> entries = new LinkedHashMap<>();
  }

  /** A class or function that was named; it is never looked up. */
  static final class Global extends PickleValue {
    final String name;
    boolean called;

    Global(String name) {
      this.name = name;
    }
  }

  /** An object of a class that was not loaded: its attributes alone. */
  static final class Inert extends PickleValue {
    final String className;
    Dictionary state;

    Inert(String className) {
      this.className = className;
    }
  }

  /** Stored elements, in memory or still in the file. */
  static final class Storage extends PickleValue {
    final String typeName;
    final String key;
    final long elements;

    Storage(String typeName, String key, long elements) {
      this.typeName = typeName;
      this.key = key;
      this.elements = elements;
    }
  }

  /** A view of a storage. */
  static final class Tensor extends PickleValue {
    final Storage storage;
    final long offset;
    final long[] shape;
    final long[] strides;

    Tensor(Storage storage, long offset, long[] shape, long[] strides) {
      this.storage = storage;
      this.offset = offset;
      this.shape = shape;
      this.strides = strides;
    }
  }
}
