package io.sparksr.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The ring with the default chunks, which hold most of the messages here whole. */
class RingCommunicatorTest extends GroupContract {
  @Override
  List<RingCommunicator> group(int worldSize, int timeoutMillis) {
    int chunkBytes = RingSettings.defaults().chunkBytes();
    return Rings.connect(worldSize, RingSettings.of(timeoutMillis, 10_000, chunkBytes));
  }

  @Test
  void aRankThatTakesNothingIsNamedByAllOthers() throws Exception {
    List<Communicator> ranks = ranks(3, 250);
    CountDownLatch others = new CountDownLatch(2);
    List<Ranks.Outcome<Void>> outcomes =
        Ranks.outcomes(
            3,
            rank -> {
              if (rank == 1) {
                others.await();
                return null;
              }
              try {
                // Much more than the kernel buffers: rank 0 cannot send it all to nobody.
                ranks.get(rank).broadcast(ByteBuffer.allocateDirect(24 << 20), 0);
              } finally {
                others.countDown();
              }
              return null;
            });
    assertOthersBlame(outcomes, 1, "nothing for 250 ms");
  }

  @Test
  void aMessageFarLargerThanTheKernelBuffersGoesRound() throws Exception {
    List<Communicator> ranks = ranks(3);
    int size = 6_000_001;
    List<Boolean> results =
        Ranks.values(
            3,
            rank -> {
              FloatBuffer values = direct(size);
              for (int i = 0; i < size; i++) {
                values.put(i, (i & 0xFFFF) + rank);
              }
              ranks.get(rank).allReduceSum(values);
              for (int i = 0; i < size; i++) {
                if (values.get(i) != 3 * (i & 0xFFFF) + 3) {
                  return false;
                }
              }
              return true;
            });
    assertThat(results).containsExactly(true, true, true);
  }
}
