package io.sparksr.evaluation.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One axis of a chart: which numbers it spans, where round ones get a tick, and where any number
 * lies between its two ends.
 */
final class Axis {
  /** A labelled position. */
  record Tick(double value, String label) {}

  private static final double[] ROUND = {1, 2, 2.5, 5, 10};

  private final double from;
  private final double to;
  private final boolean logarithmic;
  private final List<Tick> ticks;

  private Axis(double from, double to, boolean logarithmic, List<Tick> ticks) {
    this.from = from;
    this.to = to;
    this.logarithmic = logarithmic;
    this.ticks = List.copyOf(ticks);
  }

  /** A linear axis from exactly one number to another, with about {@code count} ticks. */
  static Axis exact(double from, double to, int count) {
    double end = to > from ? to : from + 1;
    return new Axis(from, end, false, linearTicks(from, end, step(from, end, count)));
  }

  /** A linear axis that begins and ends at a tick and holds both numbers. */
  static Axis rounded(double from, double to, int count) {
    double end = to > from ? to : from + Math.max(1, Math.abs(from) * 0.1);
    double step = step(from, end, count);
    double low = Math.floor(from / step + 1e-9) * step;
    double high = Math.ceil(end / step - 1e-9) * step;
    return new Axis(low, high, false, linearTicks(low, high, step));
  }

  /** A logarithmic axis that holds both numbers, which must be positive. */
  static Axis logarithmic(double from, double to) {
    double decades = Math.log10(to / from);
    double[] multiples = decades > 3.5 ? new double[] {1} : new double[] {1, 2, 5};
    List<Tick> ticks = new ArrayList<>();
    double low = from;
    double high = to;
    int first = (int) Math.floor(Math.log10(from)) - 1;
    int last = (int) Math.ceil(Math.log10(to)) + 1;
    for (int exponent = first; exponent <= last; exponent++) {
      for (double multiple : multiples) {
        double value = multiple * Math.pow(10, exponent);
        ticks.add(new Tick(value, label(value)));
      }
    }
    for (Tick tick : ticks) {
      low = tick.value() <= from * (1 + 1e-9) ? tick.value() : low;
    }
    for (int i = ticks.size() - 1; i >= 0; i--) {
      high = ticks.get(i).value() >= to * (1 - 1e-9) ? ticks.get(i).value() : high;
    }
    double lowest = low * (1 - 1e-9);
    double highest = high * (1 + 1e-9);
    ticks.removeIf(tick -> tick.value() < lowest || tick.value() > highest);
    return new Axis(low, high, true, ticks);
  }

  /** The number at the low end. */
  double from() {
    return from;
  }

  /** The number at the high end. */
  double to() {
    return to;
  }

  /** The ticks by ascending value. */
  List<Tick> ticks() {
    return ticks;
  }

  /** Where a number lies: 0 at the low end, 1 at the high end, clipped to these. */
  double position(double value) {
    double position =
        logarithmic ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
    return Math.max(0, Math.min(1, position));
  }

  private static double step(double from, double to, int count) {
    double rough = (to - from) / Math.max(1, count);
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (double round : ROUND) {
      if (rough <= round * power * (1 + 1e-9)) {
        return round * power;
      }
    }
    return 10 * power;
  }

  private static List<Tick> linearTicks(double from, double to, double step) {
    List<Tick> ticks = new ArrayList<>();
    long last = (long) Math.floor(to / step + 1e-9);
    for (long i = (long) Math.ceil(from / step - 1e-9); i <= last; i++) {
      ticks.add(new Tick(i * step, label(i * step)));
    }
    return ticks;
  }

  /** 0.05, 1,200, 25k, 1.5M, 1e-6: short, without digits that are rounding errors. */
  static String label(double value) {
    double magnitude = Math.abs(value);
    if (magnitude >= 1e6) {
      return plain(value / 1e6) + "M";
    }
    if (magnitude >= 1e4) {
      return plain(value / 1e3) + "k";
    }
    if (magnitude >= 1e3) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    if (magnitude < 1e-12) {
      return "0";
    }
    if (magnitude < 1e-3) {
      int exponent = (int) Math.floor(Math.log10(magnitude) + 1e-9);
      return plain(value / Math.pow(10, exponent)) + "e" + exponent;
    }
    return plain(value);
  }

  private static String plain(double value) {
    BigDecimal rounded =
        new BigDecimal(value).round(new java.math.MathContext(6)).stripTrailingZeros();
    return rounded.toPlainString();
  }
}
