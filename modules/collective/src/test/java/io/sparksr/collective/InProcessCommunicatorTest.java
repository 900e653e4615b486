package io.sparksr.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class InProcessCommunicatorTest extends GroupContract {
  @Override
  List<InProcessCommunicator> group(int worldSize, int timeoutMillis) {
    return InProcessCommunicator.group(worldSize, timeoutMillis);
  }

  @Test
  void aThreadThatDiesIsNoticedBeforeTheTimeOut() throws Exception {
    List<Communicator> ranks = ranks(2, 60_000);
    List<Ranks.Outcome<Void>> outcomes =
        Ranks.outcomes(
            2,
            rank -> {
              ranks.get(rank).barrier();
              if (rank == 1) {
                return null; // ends its thread without closing
              }
              ranks.get(0).allReduceSum(FloatBuffer.allocate(10));
              return null;
            });
    assertThat(outcomes.get(0).communicationFailure()).hasMessage("rank 1 (thread rank-1) died");
  }

  @Test
  void aGroupNeedsAMemberAndATimeOut() {
    assertThatThrownBy(() -> InProcessCommunicator.group(0, 1000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("world-size: must be at least 1, got 0");
    assertThatThrownBy(() -> InProcessCommunicator.group(2, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("timeout-millis: must be at least 1, got 0");
  }
}
