package io.sparksr.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparksr.core.Seeds;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batch norm over replicas, each a thread with a network of its own and a part of the batch. */
class SyncBatchNormTest {
  private static final int BATCH = 16;
  private static final int SIDE = 6;

  /** What a step leaves behind: gradients, running statistics. */
  private record Result(float[] gradients, float[] statistics) {}

  @ParameterizedTest
  @CsvSource({
    "srresnet,1",
    "srresnet,2",
    "srresnet,3",
    "srresnet,4",
    "srresnet-prelu,3",
    "msrresnet,2"
  })
  void gradientsAndStatisticsAreThoseOfTheWholeBatch(String name, int replicas) throws Exception {
    Result whole = whole(name, Precision.FP32);
    for (Result part : across(name, replicas, Precision.FP32)) {
      assertThat(relativeDifference(part.gradients, whole.gradients)).isLessThan(1e-5);
      assertThat(relativeDifference(part.statistics, whole.statistics)).isLessThan(1e-6);
    }
  }

  @Test
  void localBatchNormWouldNotDo() throws Exception {
    Result whole = whole("srresnet", Precision.FP32);
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] sum = new float[whole.gradients.length];
      for (int rank = 0; rank < 2; rank++) {
        float[] part = step(manager, "srresnet", rank, 2, Precision.FP32, null).gradients;
        for (int i = 0; i < sum.length; i++) {
          sum[i] += part[i];
        }
      }
      assertThat(relativeDifference(sum, whole.gradients)).isGreaterThan(1e-3);
    }
  }

  @Test
  void bfloat16IsAsNearToTheWholeBatchAsItsRoundingAllows() throws Exception {
    Result whole = whole("srresnet", Precision.BF16);
    Result exact = whole("srresnet", Precision.FP32);
    double rounding = relativeDifference(whole.gradients, exact.gradients);
    for (Result part : across("srresnet", 3, Precision.BF16)) {
      assertThat(relativeDifference(part.gradients, exact.gradients)).isLessThan(2 * rounding);
    }
  }

  @Test
  void eachBatchNormIsOneSumForwardAndOneBackward() throws Exception {
    AtomicInteger values = new AtomicInteger();
    AtomicInteger calls = new AtomicInteger();
    try (NDManager manager = NDManager.newBaseManager()) {
      step(
          manager,
          "srresnet",
          0,
          1,
          Precision.FP32,
          sums -> {
            calls.incrementAndGet();
            values.addAndGet(sums.remaining());
          });
    }
    int norms = 2 * 2 + 1;
    assertThat(calls).hasValue(2 * norms);
    assertThat(values).hasValue(norms * (1 + 2 * 4 + 2 * 4));
  }

  @Test
  void stepsLeaveNoArraysBehind() throws Exception {
    try (NDManager manager = NDManager.newBaseManager()) {
      SuperResolutionNetwork network = network("srresnet", Precision.FP32);
      FlatParameters parameters = new FlatParameters(network, manager);
      parameters.initialise(5);
      Loss loss = Losses.create("mse", manager);
      int[] open = new int[3];
      for (int i = 0; i < open.length; i++) {
        backward(manager, network, loss, 0, 1, sums -> {});
        parameters.gradients();
        parameters.zeroGradients();
        open[i] = manager.getManagedArrays().size();
      }
      assertThat(open[2]).isEqualTo(open[1]);
    }
  }

  private static Result whole(String name, Precision precision) throws Exception {
    try (NDManager manager = NDManager.newBaseManager()) {
      return step(manager, name, 0, 1, precision, null);
    }
  }

  /** The sums of the replicas' gradients, and the statistics of each, which must be the same. */
  private static List<Result> across(String name, int replicas, Precision precision)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(replicas);
    Meeting meeting = new Meeting(replicas);
    try {
      List<Future<Result>> futures = new ArrayList<>();
      for (int r = 0; r < replicas; r++) {
        int rank = r;
        futures.add(
            threads.submit(
                () -> {
                  try (NDManager manager = NDManager.newBaseManager()) {
                    return step(
                        manager, name, rank, replicas, precision, v -> meeting.sum(rank, v));
                  }
                }));
      }
      List<Result> results = new ArrayList<>();
      for (Future<Result> future : futures) {
        results.add(future.get());
      }
      float[] sum = new float[results.get(0).gradients.length];
      for (Result result : results) {
        for (int i = 0; i < sum.length; i++) {
          sum[i] += result.gradients[i];
        }
        assertThat(result.statistics).containsExactly(results.get(0).statistics);
      }
      return results.stream().map(result -> new Result(sum, result.statistics)).toList();
    } finally {
      threads.shutdownNow();
    }
  }

  /** One replica's share-weighted gradients; local batch norm if {@code sums} is null. */
  private static Result step(
      NDManager manager, String name, int rank, int replicas, Precision precision, ReplicaSums sums)
      throws Exception {
    SuperResolutionNetwork network = network(name, precision);
    FlatParameters parameters = new FlatParameters(network, manager);
    parameters.initialise(5);
    SplittableRandom random = new SplittableRandom(8);
    FloatBuffer values = parameters.values();
    for (int i = 0; i < values.limit(); i++) { // so that no gamma is 1 and no beta is 0
      values.put(i, values.get(i) + (float) random.nextDouble(-0.1, 0.1));
    }
    backward(manager, network, Losses.create("mse", manager), rank, replicas, sums);
    return new Result(copy(parameters.gradients()), copy(parameters.statistics()));
  }

  private static void backward(
      NDManager manager,
      SuperResolutionNetwork network,
      Loss loss,
      int rank,
      int replicas,
      ReplicaSums sums) {
    int from = BATCH * rank / replicas;
    int count = BATCH * (rank + 1) / replicas - from;
    try (NDManager step = manager.newSubManager();
        Gradients gradients = sums == null ? Gradients.record() : Gradients.recordAcross(sums)) {
      NDArray lr = noise(step, from, count, SIDE);
      NDArray hr = noise(step, from, count, 2 * SIDE);
      NDArray sr = network.forward(lr, gradients);
      gradients.backward(loss.apply(sr, hr), (double) count / BATCH);
    }
  }

  private static SuperResolutionNetwork network(String name, Precision precision) {
    return Networks.create(new NetworkSettings(name, 4, 2, 5, 3, 2), precision);
  }

  /** Images from a place in the batch on; each has a brightness of its own. */
  private static NDArray noise(NDManager owner, int from, int count, int side) {
    int size = 3 * side * side;
    float[] values = new float[count * size];
    for (int image = 0; image < count; image++) {
      SplittableRandom random = Seeds.random(1, "noise", from + image, side);
      for (int i = 0; i < size; i++) {
        values[image * size + i] = (float) random.nextDouble() + (from + image) / 4f;
      }
    }
    return owner.create(values, new Shape(count, 3, side, side));
  }

  private static double relativeDifference(float[] actual, float[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(actual[i] - (double) expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / Math.max(norm, 1e-30));
  }

  private static float[] copy(FloatBuffer values) {
    float[] copy = new float[values.limit()];
    values.get(0, copy);
    return copy;
  }

  /** Sums in the order of the ranks. */
  private static final class Meeting {
    private final double[][] brought;
    private final CyclicBarrier barrier;

    Meeting(int replicas) {
      brought = new double[replicas][];
      barrier = new CyclicBarrier(replicas);
    }

    void sum(int rank, DoubleBuffer values) {
      try {
        double[] own = new double[values.remaining()];
        values.get(values.position(), own);
        brought[rank] = own;
        barrier.await();
        double[] sum = new double[own.length];
        for (double[] each : brought) {
          Arrays.setAll(sum, i -> sum[i] + each[i]);
        }
        barrier.await();
        values.put(values.position(), sum);
      } catch (InterruptedException | BrokenBarrierException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
