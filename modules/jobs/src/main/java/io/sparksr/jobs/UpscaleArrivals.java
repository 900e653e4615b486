package io.sparksr.jobs;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a watch saw when it last looked at its input. For one thread. */
final class UpscaleArrivals {
  private Map<String, UpscaleItem> lastLook = new HashMap<>();
  private List<UpscaleItem> finished = List.of();
  private String finishedBy = "";

  /**
   * URIs of inputs that may still be growing: those that are not as they were at the last look, in
   * stores that show objects before they are whole. A store with ETags does not.
   */
  Set<String> unsettled(List<UpscaleItem> look) {
    Set<String> unsettled = new HashSet<>();
    Map<String, UpscaleItem> now = new HashMap<>();
    for (UpscaleItem item : look) {
      now.put(item.uri(), item);
      if (item.etag().isEmpty() && !isAsBefore(item)) {
        unsettled.add(item.uri());
      }
    }
    lastLook = now;
    return unsettled;
  }

  private boolean isAsBefore(UpscaleItem item) {
    UpscaleItem before = lastLook.get(item.uri());
    return before != null
        && before.bytes() == item.bytes()
        && before.modifiedMillis() == item.modifiedMillis();
  }

  /** Remembers that with these inputs and this recipe nothing is left to do. */
  void finished(List<UpscaleItem> look, String recipe) {
    finished = List.copyOf(look);
    finishedBy = recipe;
  }

  /** Whether these are the inputs that were finished: then the output need not be looked at. */
  boolean areFinished(List<UpscaleItem> look, String recipe) {
    return finishedBy.equals(recipe) && finished.equals(look);
  }
}
