package io.sparksr.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every implementation for several ranks does when one of them fails. */
abstract class GroupContract extends CommunicatorContract {
  private static final int SHORT_MILLIS = 250;

  /** Numbers of ranks among which one can fail. */
  IntStream groupSizes() {
    return IntStream.of(2, 3, 5);
  }

  @ParameterizedTest
  @MethodSource("groupSizes")
  void aRankThatClosesBetweenOperationsIsNamedByAllOthers(int worldSize) throws Exception {
    for (int leaving = 0; leaving < worldSize; leaving++) {
      int leaver = leaving;
      List<Communicator> ranks = ranks(worldSize);
      List<Ranks.Outcome<Void>> outcomes =
          Ranks.outcomes(
              worldSize,
              rank -> {
                Communicator communicator = ranks.get(rank);
                communicator.allReduceSum(FloatBuffer.allocate(100));
                if (rank == leaver) {
                  communicator.close();
                } else {
                  communicator.allReduceSum(FloatBuffer.allocate(100));
                }
                return null;
              });
      assertOthersBlame(outcomes, leaver, "closed its");
    }
  }

  @ParameterizedTest
  @MethodSource("groupSizes")
  void aRankClosedInTheMiddleOfAnOperationIsNamedByAllOthers(int worldSize) throws Exception {
    List<Communicator> ranks = ranks(worldSize);
    int leaver = worldSize - 1;
    CountDownLatch running = new CountDownLatch(worldSize * 3);
    List<Ranks.Outcome<Void>> outcomes =
        Ranks.outcomes(
            worldSize + 1,
            rank -> {
              if (rank == worldSize) {
                running.await();
                ranks.get(leaver).close();
                return null;
              }
              FloatBuffer values = direct(100_000);
              while (true) {
                ranks.get(rank).allReduceSum(values);
                running.countDown();
              }
            });
    assertOthersBlame(outcomes.subList(0, worldSize), leaver, "closed its");
    assertThat(outcomes.get(leaver).communicationFailure())
        .hasMessageContaining("rank " + leaver)
        .hasMessageContaining("closed its communicator");
  }

  @ParameterizedTest
  @MethodSource("groupSizes")
  void aSilentRankIsNamedByAllOthersWhenItsTimeIsUp(int worldSize) throws Exception {
    for (int silence = 0; silence < worldSize; silence += 2) {
      int silent = silence;
      List<Communicator> ranks = ranks(worldSize, SHORT_MILLIS);
      CountDownLatch others = new CountDownLatch(worldSize - 1);
      List<Ranks.Outcome<Void>> outcomes =
          Ranks.outcomes(
              worldSize,
              rank -> {
                if (rank == silent) {
                  others.await();
                  return null;
                }
                try {
                  ranks.get(rank).allReduceSum(FloatBuffer.allocate(1_000));
                } finally {
                  others.countDown();
                }
                return null;
              });
      assertOthersBlame(outcomes, silent, "sent nothing for 250 ms");
    }
  }

  @Test
  void aSlowRankIsWaitedForWithinTheTimeOut() throws Exception {
    List<Communicator> ranks = ranks(3, 4 * SHORT_MILLIS);
    List<float[]> results =
        Ranks.values(
            3,
            rank -> {
              if (rank == 1) {
                new CountDownLatch(1).await(2L * SHORT_MILLIS, TimeUnit.MILLISECONDS);
              }
              float[] values = {rank};
              ranks.get(rank).allReduceSum(FloatBuffer.wrap(values));
              return values;
            });
    assertThat(results).allSatisfy(result -> assertThat(result).containsExactly(3));
  }

  @Test
  void ranksWithDifferentSizesAreOutOfStep() throws Exception {
    List<Communicator> ranks = ranks(3);
    List<Ranks.Outcome<Void>> outcomes =
        Ranks.outcomes(
            3,
            rank -> {
              ranks.get(rank).allReduceSum(FloatBuffer.allocate(rank == 1 ? 1001 : 1000));
              return null;
            });
    assertAllOutOfStep(outcomes);
  }

  @Test
  void ranksInDifferentOperationsAreOutOfStep() throws Exception {
    List<Communicator> ranks = ranks(2);
    List<Ranks.Outcome<Void>> outcomes =
        Ranks.outcomes(
            2,
            rank -> {
              if (rank == 0) {
                ranks.get(0).allReduceSum(FloatBuffer.allocate(2));
              } else {
                ranks.get(1).allReduceSum(DoubleBuffer.allocate(1));
              }
              return null;
            });
    assertAllOutOfStep(outcomes);
  }

  @Test
  void ranksThatDisagreeAboutTheRootAreOutOfStep() throws Exception {
    List<Communicator> ranks = ranks(2);
    List<Ranks.Outcome<Void>> outcomes =
        Ranks.outcomes(
            2,
            rank -> {
              ranks.get(rank).broadcast(ByteBuffer.allocate(8), 1 - rank);
              return null;
            });
    assertAllOutOfStep(outcomes);
  }

  @Test
  void anInterruptedRankFailsAndIsNamedByTheOthers() throws Exception {
    List<Communicator> ranks = ranks(3);
    Thread[] interrupted = new Thread[1];
    CountDownLatch ready = new CountDownLatch(1);
    List<Ranks.Outcome<Boolean>> outcomes =
        Ranks.outcomes(
            3,
            rank -> {
              if (rank == 1) {
                ready.await();
                interrupted[0].interrupt();
                return null;
              }
              if (rank == 2) {
                interrupted[0] = Thread.currentThread();
                ready.countDown();
              }
              try {
                ranks.get(rank).barrier();
              } catch (CommunicationException e) {
                assertThat(e.failedRank()).hasValue(2);
                assertThat(e).hasMessageContaining("was interrupted");
                return Thread.currentThread().isInterrupted();
              }
              return null;
            });
    assertThat(outcomes.get(0).value()).isFalse();
    assertThat(outcomes.get(2).value()).isTrue();
  }

  @Test
  void afterAFailureEveryCallFailsAtOnceWithTheSameMessage() throws Exception {
    List<Communicator> ranks = ranks(2);
    ranks.get(1).close();
    Ranks.Outcome<Void> outcome =
        Ranks.<Void>outcomes(
                1,
                rank -> {
                  try {
                    ranks.get(0).barrier();
                  } catch (CommunicationException first) {
                    try {
                      ranks.get(0).allGather(new byte[3]);
                    } catch (CommunicationException second) {
                      assertThat(second).hasMessage(first.getMessage());
                      throw second;
                    }
                  }
                  return null;
                })
            .get(0);
    assertThat(outcome.communicationFailure().failedRank()).hasValue(1);
  }

  private static void assertAllOutOfStep(List<Ranks.Outcome<Void>> outcomes) {
    for (Ranks.Outcome<Void> outcome : outcomes) {
      assertThat(outcome.communicationFailure()).hasMessageContaining("is out of step");
    }
  }

  static void assertOthersBlame(List<Ranks.Outcome<Void>> outcomes, int culprit, String reason) {
    for (int rank = 0; rank < outcomes.size(); rank++) {
      if (rank != culprit) {
        CommunicationException failure = outcomes.get(rank).communicationFailure();
        assertThat(failure).hasMessageContaining("rank " + culprit);
        assertThat(failure).hasMessageContaining(reason);
        assertThat(failure.failedRank()).hasValue(culprit);
      }
    }
  }
}
