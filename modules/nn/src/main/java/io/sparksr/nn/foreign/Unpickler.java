package io.sparksr.nn.foreign;

import io.sparksr.core.UserException;
import io.sparksr.nn.foreign.PickleValue.Dictionary;
import io.sparksr.nn.foreign.PickleValue.Global;
import io.sparksr.nn.foreign.PickleValue.Inert;
import io.sparksr.nn.foreign.PickleValue.None;
import io.sparksr.nn.foreign.PickleValue.Sequence;
import io.sparksr.nn.foreign.PickleValue.Storage;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A machine for the subset of pickle (protocols 2 to 5) that {@code torch.save} writes. Names of
 * classes and functions are compared with {@link Allowed}, never resolved; an object of another
 * class becomes an inert record of its attributes, and only if it looks like a module or an
 * optimizer. Everything else is refused by name.
 */
final class Unpickler {
  /** A checkpoint of a thousand tensors with its optimizer takes some 200,000. */
  private static final int MAX_OPERATIONS = 2_000_000;

  private static final int MAX_TEXT = 1 << 20;
  private static final int MAX_INTEGER_BYTES = 16;
  private static final None NONE = new None();

  private final ByteBuffer in;
  private final String source;
  private final Deque<List<Object>> outer = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private final List<Inert> objects = new ArrayList<>();
  private final List<Global> globals = new ArrayList<>();
  private final Map<String, Storage> storages = new HashMap<>();
  private List<Object> stack = new ArrayList<>();

  /**
   * A machine at a position.
   *
   * @param in little endian; is left after the pickle
   * @param source for messages
   */
  Unpickler(ByteBuffer in, String source) {
    this.in = in;
    this.source = source;
  }

  /**
   * Reads one pickle.
   *
   * @throws UserException (input) if it is damaged, asks for anything not allowed, or is too large
   */
  Object read() {
    try {
      for (int i = 0; i < MAX_OPERATIONS; i++) {
        int code = in.get() & 0xFF;
        if (code == '.') {
          return result();
        }
        if (!structure(code) && !scalar(code) && !memory(code)) {
          throw broken("operation 0x" + Integer.toHexString(code) + " is not allowed");
        }
      }
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw UserException.input(source + ": the pickle is damaged or cut off", e);
    } catch (ClassCastException e) {
      throw UserException.input(source + ": the pickle is damaged (a value of another kind)", e);
    }
    throw broken("more than " + MAX_OPERATIONS + " operations");
  }

  /** The storages that were named, by key. */
  Map<String, Storage> storages() {
    return storages;
  }

  private Object result() {
    for (Global global : globals) {
      // A class or function is no value, except those that stand for a type.
      if (!global.called && !Allowed.isType(global.name)) {
        throw refused(global.name);
      }
    }
    for (Inert object : objects) {
      if (object.state == null) {
        throw refused(object.className);
      }
    }
    if (!outer.isEmpty() || stack.size() != 1) {
      throw broken("it ends with " + stack.size() + " values");
    }
    return pop();
  }

  /** Containers and objects. */
  private boolean structure(int code) {
    switch (code) {
      case '(' -> {
        outer.push(stack);
        stack = new ArrayList<>();
        if (outer.size() > 1000) {
          throw broken("nested too deeply");
        }
      }
      case ')' -> push(new Sequence());
      case ']' -> push(new Sequence());
      case 0x8f -> push(new Sequence());
      case '}' -> push(new Dictionary());
      case 't', 'l', 0x91 -> push(sequence(popMark()));
      case 'd' -> {
        Dictionary made = new Dictionary();
        put(made, popMark());
        push(made);
      }
      case 0x85 -> push(sequence(popLast(1)));
      case 0x86 -> push(sequence(popLast(2)));
      case 0x87 -> push(sequence(popLast(3)));
      case 'a' -> {
        Object item = pop();
        ((Sequence) peek()).items.add(item);
      }
      case 'e', 0x90 -> {
        List<Object> items = popMark();
        ((Sequence) peek()).items.addAll(items);
      }
      case 's' -> {
        List<Object> entry = popLast(2);
        put((Dictionary) peek(), entry);
      }
      case 'u' -> {
        List<Object> entries = popMark();
        put((Dictionary) peek(), entries);
      }
      case 'c' -> name(line(), line());
      case 0x93 -> {
        List<Object> names = popLast(2);
        name(names.get(0), names.get(1));
      }
      case 'R' -> {
        Sequence arguments = (Sequence) pop();
        push(Allowed.call(callee(pop()), arguments.items, source));
      }
      case 0x81 -> {
        Sequence arguments = (Sequence) pop();
        push(instance(callee(pop()), arguments));
      }
      case 'b' -> build();
      case 'Q' -> persistent();
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Numbers and texts. */
  private boolean scalar(int code) {
    switch (code) {
      case 0x80 -> {
        int protocol = in.get();
        if (protocol < 2 || protocol > 5) {
          throw broken("protocol " + protocol + ", not 2 to 5");
        }
      }
      case 0x95 -> in.getLong();
      case 'N' -> push(NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) (in.get() & 0xFF));
      case 'M' -> push((long) (in.getShort() & 0xFFFF));
      case 'J' -> push((long) in.getInt());
      case 0x8a -> push(integer(in.get() & 0xFF));
      case 0x8b -> push(integer(in.getInt()));
      case 'G' -> {
        // The one big-endian number of the format.
        push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
      }
      case 'X', 'B', 'T' -> push(text(in.getInt()));
      case 0x8c, 'C', 'U' -> push(text(in.get() & 0xFF));
      case 0x8d, 0x8e -> {
        long length = in.getLong();
        push(text(length < 0 || length > MAX_TEXT ? -1 : (int) length));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The stack and the memo. */
  private boolean memory(int code) {
    switch (code) {
      case 'q' -> memo.put(in.get() & 0xFF, peek());
      case 'r' -> memo.put(in.getInt(), peek());
      case 0x94 -> memo.put(memo.size(), peek());
      case 'h' -> push(remembered(in.get() & 0xFF));
      case 'j' -> push(remembered(in.getInt()));
      case '0' -> pop();
      case '1' -> popMark();
      case '2' -> push(peek());
      default -> {
        return false;
      }
    }
    return true;
  }

  private Object remembered(int index) {
    Object value = memo.get(index);
    if (value == null) {
      throw broken("nothing is remembered under " + index);
    }
    return value;
  }

  private Inert instance(String className, Sequence arguments) {
    if (!arguments.items.isEmpty() || Allowed.isKnown(className)) {
      throw refused(className);
    }
    Inert object = new Inert(className);
    objects.add(object);
    return object;
  }

  private void build() {
    Object state = pop();
    Object target = peek();
    if (target instanceof Inert object) {
      if (object.state != null || !Allowed.isModuleOrOptimizer(state)) {
        throw refused(object.className);
      }
      object.state = (Dictionary) state;
    } else if (!(target instanceof Dictionary) || !(state instanceof Dictionary)) {
      throw broken("attributes are set on what has none");
    }
    // Those of an OrderedDict are its _metadata, version numbers of modules: not needed.
  }

  private void persistent() {
    Object named = Allowed.persistent((Sequence) pop(), source);
    if (named instanceof Storage storage) {
      Storage known = storages.putIfAbsent(storage.key, storage);
      if (known != null
          && (known.elements != storage.elements || !known.typeName.equals(storage.typeName))) {
        throw broken("storage " + storage.key + " has two sizes");
      }
      push(known == null ? storage : known);
    } else {
      push(named);
    }
  }

  private void put(Dictionary target, List<Object> entries) {
    if (entries.size() % 2 != 0) {
      throw broken("a key without value");
    }
    for (int i = 0; i < entries.size(); i += 2) {
      target.entries.put(entries.get(i), entries.get(i + 1));
    }
  }

  private Sequence sequence(List<Object> items) {
    Sequence made = new Sequence();
    made.items.addAll(items);
    return made;
  }

  private static String callee(Object value) {
    Global global = (Global) value;
    global.called = true;
    return global.name;
  }

  private void name(Object module, Object name) {
    Global global = new Global(module + "." + name);
    globals.add(global);
    push(global);
  }

  private Object integer(int length) {
    if (length < 0 || length > MAX_INTEGER_BYTES) {
      throw broken("an integer of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    for (int i = length - 1; i >= 0; i--) {
      bytes[i] = in.get();
    }
    BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private String text(int length) {
    if (length < 0 || length > MAX_TEXT || length > in.remaining()) {
      throw broken("a text of " + Integer.toUnsignedString(length) + " bytes");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() {
    StringBuilder text = new StringBuilder();
    for (byte next = in.get(); next != '\n'; next = in.get()) {
      text.append((char) (next & 0xFF));
      if (text.length() > 1000) {
        throw broken("a name of more than 1000 characters");
      }
    }
    return text.toString();
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() {
    return stack.remove(stack.size() - 1);
  }

  private Object peek() {
    return stack.get(stack.size() - 1);
  }

  private List<Object> popLast(int count) {
    List<Object> tail = stack.subList(stack.size() - count, stack.size());
    List<Object> items = new ArrayList<>(tail);
    tail.clear();
    return items;
  }

  private List<Object> popMark() {
    if (outer.isEmpty()) {
      throw broken("a mark is missing");
    }
    List<Object> items = stack;
    stack = outer.pop();
    return items;
  }

  private UserException refused(String name) {
    return Allowed.refused(name, source);
  }

  private UserException broken(String what) {
    return UserException.input(source + ": the pickle is damaged: " + what);
  }
}
