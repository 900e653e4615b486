package io.sparksr.nn.foreign;

import io.sparksr.core.UserException;
import io.sparksr.nn.foreign.PickleValue.Dictionary;
import io.sparksr.nn.foreign.PickleValue.Global;
import io.sparksr.nn.foreign.PickleValue.Inert;
import io.sparksr.nn.foreign.PickleValue.Sequence;
import io.sparksr.nn.foreign.PickleValue.Storage;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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

  private final PickleInput in;
  private final PickleStack stack;
  private final String source;
  private final List<Inert> objects = new ArrayList<>();
  private final List<Global> globals = new ArrayList<>();
  private final Map<String, Storage> storages = new HashMap<>();

  /** Operations done, and values that single operations copied. */
  private long work;

  /**
   * A machine at a position.
   *
   * @param in little endian; is left after the pickle
   * @param source for messages
   */
  Unpickler(ByteBuffer in, String source) {
    this.in = new PickleInput(in, source);
    this.stack = new PickleStack(this.in);
    this.source = source;
  }

  /**
   * Reads one pickle.
   *
   * @throws UserException (input) if it is damaged, asks for anything not allowed, or is too large
   */
  Object read() {
    try {
      while (work++ < MAX_OPERATIONS) {
        int code = in.unsignedByte();
        if (code == '.') {
          return result();
        }
        in.scalar(code).ifPresentOrElse(stack::push, () -> run(code));
      }
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw UserException.input(source + ": the pickle is damaged or cut off", e);
    } catch (ClassCastException e) {
      throw UserException.input(source + ": the pickle is damaged (a value of another kind)", e);
    }
    throw in.broken("more than " + MAX_OPERATIONS + " operations");
  }

  private void run(int code) {
    if (!stack.moved(code) && !container(code) && !object(code)) {
      throw in.broken("operation 0x" + Integer.toHexString(code) + " is not allowed");
    }
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
    return stack.result();
  }

  /** Lists, tuples, sets and dictionaries. */
  private boolean container(int code) {
    switch (code) {
      case '(' -> stack.mark();
      case ')', ']', 0x8f -> stack.push(new Sequence());
      case '}' -> stack.push(new Dictionary());
      case 't', 'l', 0x91 -> stack.push(sequence(stack.popMark()));
      case 'd' -> {
        Dictionary made = new Dictionary();
        put(made, stack.popMark());
        stack.push(made);
      }
      case 0x85 -> stack.push(sequence(stack.popLast(1)));
      case 0x86 -> stack.push(sequence(stack.popLast(2)));
      case 0x87 -> stack.push(sequence(stack.popLast(3)));
      case 'a' -> {
        Object item = stack.pop();
        ((Sequence) stack.peek()).items.add(item);
      }
      case 'e', 0x90 -> {
        List<Object> items = stack.popMark();
        ((Sequence) stack.peek()).items.addAll(items);
      }
      case 's' -> {
        List<Object> entry = stack.popLast(2);
        put((Dictionary) stack.peek(), entry);
      }
      case 'u' -> {
        List<Object> entries = stack.popMark();
        put((Dictionary) stack.peek(), entries);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Names, calls, objects, and what frames the pickle. */
  private boolean object(int code) {
    switch (code) {
      case 'c' -> name(in.line(), in.line());
      case 0x93 -> {
        List<Object> names = stack.popLast(2);
        name(names.get(0), names.get(1));
      }
      case 'R' -> {
        List<Object> arguments = ((Sequence) stack.pop()).items;
        if (!arguments.isEmpty() && arguments.get(0) instanceof Sequence copied) {
          work += copied.items.size();
        }
        stack.push(Allowed.call(callee(stack.pop()), arguments, source));
      }
      case 0x81 -> {
        Sequence arguments = (Sequence) stack.pop();
        stack.push(instance(callee(stack.pop()), arguments));
      }
      case 'b' -> build();
      case 'Q' -> persistent();
      case 0x80 -> in.protocol();
      case 0x95 -> in.frame();
      default -> {
        return false;
      }
    }
    return true;
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
    Object state = stack.pop();
    Object target = stack.peek();
    if (target instanceof Inert object) {
      if (object.state != null || !Allowed.isModuleOrOptimizer(state)) {
        throw refused(object.className);
      }
      object.state = (Dictionary) state;
    } else if (!(target instanceof Dictionary) || !(state instanceof Dictionary)) {
      throw in.broken("attributes are set on what has none");
    }
    // Those of an OrderedDict are its _metadata, version numbers of modules: not needed.
  }

  private void persistent() {
    Object named = Allowed.persistent((Sequence) stack.pop(), source);
    if (named instanceof Storage storage) {
      Storage known = storages.putIfAbsent(storage.key, storage);
      if (known != null
          && (known.elements != storage.elements || !known.typeName.equals(storage.typeName))) {
        throw in.broken("storage " + storage.key + " has two sizes");
      }
      stack.push(known == null ? storage : known);
    } else {
      stack.push(named);
    }
  }

  private void put(Dictionary target, List<Object> entries) {
    if (entries.size() % 2 != 0) {
      throw in.broken("a key without value");
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
    stack.push(global);
  }

  private UserException refused(String name) {
    return Allowed.refused(name, source);
  }
}
