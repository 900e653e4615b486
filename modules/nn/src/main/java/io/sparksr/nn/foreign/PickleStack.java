package io.sparksr.nn.foreign;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The stack of a pickle's machine, with its marks, and what it remembers by number. */
final class PickleStack {
  private static final int MAX_MARKS = 1000;

  private final PickleInput in;
  private final Deque<List<Object>> outer = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private List<Object> values = new ArrayList<>();

  /** An empty stack; the input is for error messages. */
  PickleStack(PickleInput in) {
    this.in = in;
  }

  void push(Object value) {
    values.add(value);
  }

  Object pop() {
    return values.remove(values.size() - 1);
  }

  Object peek() {
    return values.get(values.size() - 1);
  }

  /** The last values, in the order they were pushed. */
  List<Object> popLast(int count) {
    List<Object> tail = values.subList(values.size() - count, values.size());
    List<Object> items = new ArrayList<>(tail);
    tail.clear();
    return items;
  }

  void mark() {
    outer.push(values);
    values = new ArrayList<>();
    if (outer.size() > MAX_MARKS) {
      throw in.broken("nested too deeply");
    }
  }

  /** The values since the last mark. */
  List<Object> popMark() {
    if (outer.isEmpty()) {
      throw in.broken("a mark is missing");
    }
    List<Object> items = values;
    values = outer.pop();
    return items;
  }

  /** The one value that is left at the end. */
  Object result() {
    if (!outer.isEmpty() || values.size() != 1) {
      throw in.broken("it ends with " + values.size() + " values");
    }
    return pop();
  }

  /** Operations that only move values between the stack and the memo. */
  boolean moved(int code) {
    switch (code) {
      case 'q' -> memo.put(in.unsignedByte(), peek());
      case 'r' -> memo.put(in.integer(), peek());
      case 0x94 -> memo.put(memo.size(), peek());
      case 'h' -> push(remembered(in.unsignedByte()));
      case 'j' -> push(remembered(in.integer()));
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
      throw in.broken("nothing is remembered under " + index);
    }
    return value;
  }
}
