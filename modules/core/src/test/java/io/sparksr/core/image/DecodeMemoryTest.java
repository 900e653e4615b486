package io.sparksr.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.image.DecodeMemory.Reservation;
import io.sparksr.core.image.ImageException.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DecodeMemoryTest {
  private static final ImageHeader LARGE = new ImageHeader(10_000, 5_000, "jpeg", "RGB");

  @Test
  void anImageThatNeverFitsIsRefused() {
    assertThatThrownBy(() -> new DecodeMemory(142).reserve(LARGE))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BEYOND_MEMORY))
        .hasMessage(
            "has 10000x5000 pixels, which take about 143 MiB to decode, where this process has 142"
                + " MiB for that");
  }

  @Test
  void theSecondOfTwoImagesThatDoNotFitTogetherWaits() throws Exception {
    DecodeMemory memory = new DecodeMemory(200);
    CompletableFuture<Boolean> second;
    Reservation first = memory.reserve(LARGE);
    try {
      second = CompletableFuture.supplyAsync(() -> reserves(memory));
      assertThat(second.completeOnTimeout(false, 200, TimeUnit.MILLISECONDS).isDone()).isFalse();
      // Small ones need not.
      memory.reserve(new ImageHeader(640, 480, "png", "RGB")).close();
    } finally {
      first.close();
    }
    CompletableFuture<Boolean> third = CompletableFuture.supplyAsync(() -> reserves(memory));
    assertThat(third.get(10, TimeUnit.SECONDS)).isTrue();
  }

  private static boolean reserves(DecodeMemory memory) {
    try {
      memory.reserve(LARGE).close();
      return true;
    } catch (ImageException e) {
      return false;
    }
  }
}
