package io.sparksr.jobs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a watch saw when it last looked at its input. For one thread. */
final class UpscaleArrivals {
  private Map<String, UpscaleItem> lastLook = new HashMap<>();

  /**
   * Inputs that are as they were at the last look, or whose store shows whole objects only: those
   * with an ETag.
   */
  List<UpscaleItem> settled(List<UpscaleItem> look) {
    List<UpscaleItem> settled =
        look.stream().filter(item -> !item.etag().isEmpty() || isAsBefore(item)).toList();
    Map<String, UpscaleItem> now = new HashMap<>();
    look.forEach(item -> now.put(item.uri(), item));
    lastLook = now;
    return settled;
  }

  private boolean isAsBefore(UpscaleItem item) {
    UpscaleItem before = lastLook.get(item.uri());
    return before != null
        && before.bytes() == item.bytes()
        && before.modifiedMillis() == item.modifiedMillis();
  }
}
