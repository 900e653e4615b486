package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

class UpscalePackingTest {

  @Test
  void hugeImagesStartFirstAloneAndNoSlotIdlesWhileImagesWait() {
    List<UpscaleItem> items = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      items.add(item("small" + i, 10_000 + i));
    }
    for (int i = 0; i < 3; i++) {
      items.add(item("huge" + i, 2_000_000 + i));
    }
    List<UpscalePacking.Load> loads = UpscalePacking.pack(items, 2);
    assertThat(loads.get(0).items()).extracting(UpscaleItem::uri).startsWith("huge2");
    assertThat(loads.stream().flatMap(load -> load.items().stream()).limit(3))
        .extracting(UpscaleItem::uri)
        .containsExactly("huge2", "huge1", "huge0");
    assertThat(loads.stream().flatMap(load -> load.items().stream()))
        .containsExactlyInAnyOrderElementsOf(items);
    assertThat(loads.size()).isLessThan(60);
    // Two slots that take the next load when they are free end within one percent of each other.
    PriorityQueue<Long> slots = new PriorityQueue<>(List.of(0L, 0L));
    loads.forEach(load -> slots.add(slots.remove() + pixels(load)));
    long first = slots.remove();
    long last = slots.remove();
    assertThat(last - first).isLessThan(last / 100);
  }

  @Test
  void loadsGetSmallerToTheEnd() {
    List<UpscaleItem> items = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      items.add(item("image" + i, 1000));
    }
    List<UpscalePacking.Load> loads = UpscalePacking.pack(items, 4);
    assertThat(loads).extracting(load -> load.items().size()).startsWith(50, 43, 38);
    assertThat(loads.get(loads.size() - 1).items()).hasSize(1);
    assertThat(loads).isSortedAccordingTo(Comparator.comparingInt(load -> -load.items().size()));
  }

  @Test
  void oneSlotGetsOneLoadAndWhatHasNoPixelsCountsByItsBytes() {
    List<UpscaleItem> items =
        List.of(item("a", 5), new UpscaleItem("b", "b.png", 9, 0, "", 0), item("c", 7));
    assertThat(UpscalePacking.pack(items, 1))
        .singleElement()
        .satisfies(
            load ->
                assertThat(load.items())
                    .extracting(UpscaleItem::uri)
                    .containsExactly("b", "c", "a"));
  }

  private static long pixels(UpscalePacking.Load load) {
    return load.items().stream().mapToLong(UpscaleItem::pixels).sum();
  }

  private static UpscaleItem item(String uri, long pixels) {
    return new UpscaleItem(uri, uri + ".png", 1, 0, "", pixels);
  }
}
