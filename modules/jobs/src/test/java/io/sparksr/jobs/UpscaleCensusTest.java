package io.sparksr.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sparksr.jobs.UpscaleManifest.Entry;
import io.sparksr.jobs.UpscaleManifest.Status;
import io.sparksr.training.PrecisionChoice;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Sorting without headers to read, so without Spark. */
class UpscaleCensusTest {
  private static final UpscaleSettings SETTINGS =
      new UpscaleSettings(32, 2, 1 << 20, 1, PrecisionChoice.FP32, 1);

  @Test
  void aNameThatLeadsOutIsAFailureWithItsReason() {
    UpscaleCensus census = census();
    UpscaleItem hostile =
        new UpscaleItem("s3a://b/in/../../x.jpg", "../../x.png", 10, 1, "etag", 0);
    census.take(List.of(hostile), Map.of(), Map.of());
    assertThat(census.todo()).isEmpty();
    assertThat(census.failed())
        .extracting(Entry::input, Entry::output, Entry::reason)
        .containsExactly(
            tuple(hostile.uri(), "", "unreadable (its name would lead out of the output folder)"));
  }

  @Test
  void whatMayBeGrowingStaysAsItWasNoted() {
    UpscaleItem changed = new UpscaleItem("file:/in/a.png", "a.png", 11, 2, "", 0);
    UpscaleItem broken = new UpscaleItem("file:/in/b.png", "b.png", 12, 2, "", 0);
    UpscaleItem unknown = new UpscaleItem("file:/in/c.png", "c.png", 13, 2, "", 0);
    Entry made = entry(changed.uri(), 10, Status.DONE);
    Entry failure = entry(broken.uri(), 3, Status.FAILED);
    UpscaleCensus census =
        census().keepingFailures().leaving(Set.of(changed.uri(), broken.uri(), unknown.uri()));
    census.take(
        List.of(changed, broken, unknown),
        Map.of(changed.uri(), List.of(made), broken.uri(), List.of(failure)),
        Map.of());
    assertThat(census.kept()).containsExactly(made);
    assertThat(census.failed()).containsExactly(failure);
    assertThat(census.todo()).isEmpty();
    assertThat(census.hasNews()).isFalse();
    assertThat(census.all()).isEqualTo(2);
  }

  private static UpscaleCensus census() {
    return new UpscaleCensus(null, SETTINGS, "recipe");
  }

  private static Entry entry(String uri, long bytes, Status status) {
    return new Entry(uri, bytes, 1, "", "a.png", 4, 4, 99, "", 1, status, "", "", "recipe");
  }
}
