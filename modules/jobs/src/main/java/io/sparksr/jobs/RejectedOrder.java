package io.sparksr.jobs;

import io.sparksr.data.RejectedRow;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Rejected inputs by image id, as tasks can sort them, and in words. */
final class RejectedOrder implements Comparator<RejectedRow>, Serializable {
  private static final long serialVersionUID = 1L;

  @Override
  public int compare(RejectedRow a, RejectedRow b) {
    return a.imageId().compareTo(b.imageId());
  }

  /** For instance {@code empty: 2, corrupt: 1; first: a.jpg (has no bytes)}. */
  static String describe(List<RejectedRow> first, Map<String, Long> reasons) {
    String counts =
        new TreeMap<>(reasons)
            .entrySet().stream()
                .map(reason -> reason.getKey() + ": " + reason.getValue())
                .collect(Collectors.joining(", "));
    String names =
        first.stream()
            .map(row -> row.imageId() + " (" + row.detail() + ")")
            .collect(Collectors.joining(", "));
    return counts + "; first: " + names;
  }
}
