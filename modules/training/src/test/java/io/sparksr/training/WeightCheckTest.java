package io.sparksr.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparksr.collective.Communicator;
import io.sparksr.collective.InProcessCommunicator;
import io.sparksr.nn.ComputeDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightCheckTest {
  @TempDir private Path folder;

  @Test
  void aReplicaWhoseMemoryFailsIsNamedByAll() throws Exception {
    List<Throwable> failures = failures(8, "train.verify-weights-every=5");
    assertThat(failures).hasSize(3);
    assertThat(failures)
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith(
                        "replicas no longer hold the same weights at step 10: ranks [1] differ from"
                            + " ranks [0, 2]"));
  }

  @Test
  void withoutTheCheckNobodyNotices() throws Exception {
    assertThat(failures(8, "train.verify-weights-every=0")).isEmpty();
  }

  @Test
  void undamagedReplicasAgreeAtEveryStep() throws Exception {
    assertThat(failures(1000, "train.verify-weights-every=1")).isEmpty();
  }

  @Test
  void equallyLargeGroupsAreNamedWithoutBlame() {
    assertThat(WeightCheck.message(List.of(7, 9), 100)).contains("ranks [[0], [1]] agree only");
    assertThat(WeightCheck.message(List.of(7, 9, 7, 3), 100))
        .contains("ranks [1, 3] differ from ranks [0, 2]");
  }

  /** Trains 3 replicas for 20 steps; rank 1 has one bit wrong from a step on. */
  private List<Throwable> failures(long damagedAt, String setting) throws Exception {
    TrainingFixture fixture = new TrainingFixture(folder);
    TrainingPlan plan = fixture.plan("msrresnet", "run", 3, 20, setting);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    List<Throwable> failures = new ArrayList<>();
    try {
      List<Future<Ending>> ends = new ArrayList<>();
      for (Communicator healthy : InProcessCommunicator.group(3, 60_000)) {
        Communicator communicator =
            healthy.rank() == 1 ? new FaultyMemory(healthy, damagedAt) : healthy;
        ReplicaServices services =
            ReplicaServices.of(
                fixture.files, communicator, ComputeDevice.cpu(), (step, loss, rate) -> {});
        ends.add(threads.submit(() -> train(plan, services)));
      }
      for (Future<Ending> end : ends) {
        try {
          end.get();
        } catch (ExecutionException e) {
          failures.add(e.getCause());
        }
      }
    } finally {
      threads.shutdownNow();
    }
    return failures;
  }

  private static Ending train(TrainingPlan plan, ReplicaServices services) throws IOException {
    try (Communicator communicator = services.communicator()) {
      assertThat(communicator.worldSize()).isEqualTo(3);
      return new ReplicaLoop(plan, services).run();
    }
  }

  /** Flips the lowest bit of one averaged gradient. */
  private static final class FaultyMemory implements Communicator {
    private final Communicator healthy;
    private final long damagedAt;
    private long steps;

    FaultyMemory(Communicator healthy, long damagedAt) {
      this.healthy = healthy;
      this.damagedAt = damagedAt;
    }

    @Override
    public void allReduceGradients(FloatBuffer values) {
      healthy.allReduceGradients(values);
      if (++steps == damagedAt) {
        int middle = values.limit() / 2;
        values.put(middle, Math.nextUp(values.get(middle)));
      }
    }

    @Override
    public int rank() {
      return healthy.rank();
    }

    @Override
    public int worldSize() {
      return healthy.worldSize();
    }

    @Override
    public void allReduceSum(FloatBuffer values) {
      healthy.allReduceSum(values);
    }

    @Override
    public void allReduceSum(DoubleBuffer values) {
      healthy.allReduceSum(values);
    }

    @Override
    public void broadcast(ByteBuffer values, int root) {
      healthy.broadcast(values, root);
    }

    @Override
    public void barrier() {
      healthy.barrier();
    }

    @Override
    public List<byte[]> allGather(byte[] small) {
      return healthy.allGather(small);
    }

    @Override
    public void close() {
      healthy.close();
    }
  }
}
