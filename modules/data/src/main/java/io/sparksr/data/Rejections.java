package io.sparksr.data;

import java.io.Serializable;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Inputs that are not used: all of them counted, the first ones listed.
 *
 * @param count how many
 * @param reasons how many, by the label of the reason, in alphabetical order
 * @param details the first {@link #MAX_DETAILS} by image id
 */
public record Rejections(long count, Map<String, Long> reasons, List<RejectedRow> details)
    implements Serializable {
  /** How many are listed at most. */
  public static final int MAX_DETAILS = 100;

  /** None. */
  public static final Rejections NONE = new Rejections(0, Map.of(), List.of());

  /** Copies and orders. */
  public Rejections {
    reasons = Collections.unmodifiableMap(new TreeMap<>(reasons));
    details = List.copyOf(details);
  }

  /** Counts and lists rows. */
  public static Rejections of(List<RejectedRow> rows) {
    Map<String, Long> reasons = new TreeMap<>();
    rows.forEach(row -> reasons.merge(row.reason(), 1L, Long::sum));
    return new Rejections(rows.size(), reasons, first(rows.stream()));
  }

  /** These and others together. */
  public Rejections plus(Rejections other) {
    Map<String, Long> sums = new TreeMap<>(reasons);
    other.reasons.forEach((reason, n) -> sums.merge(reason, n, Long::sum));
    return new Rejections(
        count + other.count, sums, first(Stream.concat(details.stream(), other.details.stream())));
  }

  private static List<RejectedRow> first(Stream<RejectedRow> rows) {
    return rows.sorted(Comparator.comparing(RejectedRow::imageId)).limit(MAX_DETAILS).toList();
  }
}
