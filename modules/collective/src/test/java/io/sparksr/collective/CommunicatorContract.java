package io.sparksr.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every implementation does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CommunicatorContract {
  private static final int PATIENT_MILLIS = 10_000;

  private final List<Communicator> open = new ArrayList<>();

  /** A connected group, by rank. */
  abstract List<? extends Communicator> group(int worldSize, int timeoutMillis);

  /** Numbers of ranks to try. */
  IntStream worldSizes() {
    return IntStream.rangeClosed(1, 8);
  }

  /** Message sizes to try. */
  int[] sizes() {
    return new int[] {0, 1, 7, 1000, 193_750, 193_751};
  }

  final List<Communicator> ranks(int worldSize, int timeoutMillis) {
    List<Communicator> ranks = List.copyOf(group(worldSize, timeoutMillis));
    open.addAll(ranks);
    return ranks;
  }

  final List<Communicator> ranks(int worldSize) {
    return ranks(worldSize, PATIENT_MILLIS);
  }

  @AfterEach
  void closeAll() {
    open.forEach(Communicator::close);
    open.clear();
  }

  @ParameterizedTest
  @MethodSource("worldSizes")
  void everyRankKnowsItsPlace(int worldSize) {
    List<Communicator> ranks = ranks(worldSize);
    for (int rank = 0; rank < worldSize; rank++) {
      assertThat(ranks.get(rank).rank()).isEqualTo(rank);
      assertThat(ranks.get(rank).worldSize()).isEqualTo(worldSize);
    }
  }

  @ParameterizedTest
  @MethodSource("worldSizes")
  void sumsOfWholeNumbersEqualTheSerialSum(int worldSize) throws Exception {
    List<Communicator> ranks = ranks(worldSize);
    for (int size : sizes()) {
      float[] expected = new float[size];
      for (int rank = 0; rank < worldSize; rank++) {
        for (int i = 0; i < size; i++) {
          expected[i] += whole(rank, i);
        }
      }
      List<float[]> results =
          Ranks.values(
              worldSize,
              rank -> {
                FloatBuffer values = rank % 2 == 0 ? direct(size) : FloatBuffer.allocate(size);
                for (int i = 0; i < size; i++) {
                  values.put(i, whole(rank, i));
                }
                ranks.get(rank).allReduceSum(values);
                return array(values);
              });
      for (float[] result : results) {
        assertThat(result).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("worldSizes")
  void allRanksEndWithTheSameBytesAndSoDoesEveryRepetition(int worldSize) throws Exception {
    List<Communicator> ranks = ranks(worldSize);
    int size = 9001;
    List<List<float[]>> runs = new ArrayList<>();
    for (int repetition = 0; repetition < 2; repetition++) {
      runs.add(
          Ranks.values(
              worldSize,
              rank -> {
                FloatBuffer values = direct(size).put(0, gradient(rank, size));
                ranks.get(rank).allReduceSum(values);
                return array(values);
              }));
    }
    double[] serial = new double[size];
    for (int rank = 0; rank < worldSize; rank++) {
      float[] gradient = gradient(rank, size);
      for (int i = 0; i < size; i++) {
        serial[i] += gradient[i];
      }
    }
    int[] bits = bits(runs.get(0).get(0));
    for (List<float[]> run : runs) {
      for (float[] result : run) {
        assertThat(bits(result)).isEqualTo(bits);
        for (int i = 0; i < size; i++) {
          // Each of up to 7 additions rounds by at most half a unit of a sum that is below 80.
          assertThat((double) result[i]).isBetween(serial[i] - 3e-5, serial[i] + 3e-5);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("worldSizes")
  void nanAndInfinitiesPropagate(int worldSize) throws Exception {
    List<Communicator> ranks = ranks(worldSize);
    List<float[]> results =
        Ranks.values(
            worldSize,
            rank -> {
              FloatBuffer values = direct(40);
              if (rank == worldSize / 2) {
                values.put(3, Float.NaN);
                values.put(17, Float.POSITIVE_INFINITY);
                values.put(39, Float.NEGATIVE_INFINITY);
              }
              ranks.get(rank).allReduceSum(values);
              return array(values);
            });
    float[] expected = new float[40];
    expected[3] = Float.NaN;
    expected[17] = Float.POSITIVE_INFINITY;
    expected[39] = Float.NEGATIVE_INFINITY;
    for (float[] result : results) {
      assertThat(bits(result)).isEqualTo(bits(results.get(0)));
      assertThat(result).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("worldSizes")
  void onlyPositionToLimitIsTouchedInAnyByteOrder(int worldSize) throws Exception {
    List<Communicator> ranks = ranks(worldSize);
    List<FloatBuffer> results =
        Ranks.values(
            worldSize,
            rank -> {
              FloatBuffer values = ByteBuffer.allocateDirect(40).asFloatBuffer(); // big-endian
              for (int i = 0; i < 10; i++) {
                values.put(i, i + 1);
              }
              ranks.get(rank).allReduceSum(values.position(2).limit(9));
              return values;
            });
    for (FloatBuffer result : results) {
      assertThat(result.position()).isEqualTo(2);
      assertThat(result.limit()).isEqualTo(9);
      int n = worldSize;
      assertThat(array(result.clear()))
          .containsExactly(1, 2, 3 * n, 4 * n, 5 * n, 6 * n, 7 * n, 8 * n, 9 * n, 10);
    }
  }

  @ParameterizedTest
  @MethodSource("worldSizes")
  void doublesKeepWholeNumbersExact(int worldSize) throws Exception {
    List<Communicator> ranks = ranks(worldSize);
    double large = 1L << 49;
    List<double[]> results =
        Ranks.values(
            worldSize,
            rank -> {
              double[] values = {large + rank, 0.5, 0.0 - rank};
              ranks.get(rank).allReduceSum(DoubleBuffer.wrap(values));
              return values;
            });
    double pairs = worldSize * (worldSize - 1) / 2.0;
    for (double[] result : results) {
      assertThat(result).containsExactly(large * worldSize + pairs, 0.5 * worldSize, 0.0 - pairs);
    }
  }

  @ParameterizedTest
  @MethodSource("worldSizes")
  void broadcastGivesEveryoneTheBytesOfTheRoot(int worldSize) throws Exception {
    List<Communicator> ranks = ranks(worldSize);
    for (int root = 0; root < worldSize; root++) {
      for (int size : new int[] {0, 5, 7001}) {
        byte[] expected = bytes(root, size);
        int from = root;
        List<byte[]> results =
            Ranks.values(
                worldSize,
                rank -> {
                  byte[] values = bytes(rank, size);
                  ByteBuffer buffer = ByteBuffer.wrap(values);
                  ranks
                      .get(rank)
                      .broadcast(rank == from ? buffer.asReadOnlyBuffer() : buffer, from);
                  assertThat(buffer.remaining()).isEqualTo(size);
                  return values;
                });
        assertThat(results).allSatisfy(result -> assertThat(result).isEqualTo(expected));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("worldSizes")
  void allGatherReturnsEveryonesBytesByRank(int worldSize) throws Exception {
    List<Communicator> ranks = ranks(worldSize);
    List<List<byte[]>> results =
        Ranks.values(worldSize, rank -> ranks.get(rank).allGather(bytes(rank, rank * 131)));
    for (List<byte[]> result : results) {
      assertThat(result).hasSize(worldSize);
      for (int rank = 0; rank < worldSize; rank++) {
        assertThat(result.get(rank)).isEqualTo(bytes(rank, rank * 131));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("worldSizes")
  void barrierLetsNobodyGoBeforeTheLastHasCome(int worldSize) throws Exception {
    List<Communicator> ranks = ranks(worldSize);
    AtomicInteger come = new AtomicInteger();
    Ranks.values(
        worldSize,
        rank -> {
          for (int round = 1; round <= 20; round++) {
            come.incrementAndGet();
            ranks.get(rank).barrier();
            assertThat(come.get()).isGreaterThanOrEqualTo(round * worldSize);
            ranks.get(rank).barrier();
          }
          return null;
        });
  }

  @ParameterizedTest
  @MethodSource("worldSizes")
  void manyOperationsOfDifferentKindsAndSizesFollowEachOther(int worldSize) throws Exception {
    List<Communicator> ranks = ranks(worldSize);
    Ranks.values(
        worldSize,
        rank -> {
          Communicator communicator = ranks.get(rank);
          SplittableRandom random = new SplittableRandom(5);
          for (int i = 0; i < 60; i++) {
            float[] values = new float[random.nextInt(2000)];
            Arrays.fill(values, rank + i);
            communicator.allReduceSum(FloatBuffer.wrap(values));
            float sum = i * worldSize + worldSize * (worldSize - 1) / 2f;
            for (float value : values) {
              assertThat(value).isEqualTo(sum);
            }
            ByteBuffer root = ByteBuffer.allocate(4).putInt(0, rank);
            communicator.broadcast(root, i % worldSize);
            assertThat(root.getInt(0)).isEqualTo(i % worldSize);
            assertThat(communicator.allGather(new byte[] {(byte) rank}).get(worldSize - 1))
                .containsExactly(worldSize - 1);
          }
          return null;
        });
  }

  @Test
  void buffersThatCannotBeWrittenAreRefused() {
    Communicator communicator = ranks(1).get(0);
    assertThatThrownBy(() -> communicator.allReduceSum(FloatBuffer.allocate(3).asReadOnlyBuffer()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("values: the buffer is read-only");
    assertThatThrownBy(() -> communicator.allReduceSum(DoubleBuffer.allocate(3).asReadOnlyBuffer()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("values: the buffer is read-only");
  }

  @Test
  void aRootOutsideTheGroupIsRefused() {
    Communicator communicator = ranks(1).get(0);
    assertThatThrownBy(() -> communicator.broadcast(ByteBuffer.allocate(1), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("root: must be from 0 to 0, got 1");
  }

  @Test
  void aClosedCommunicatorRefusesEveryCall() {
    Communicator communicator = ranks(1).get(0);
    communicator.close();
    communicator.close();
    assertThatThrownBy(communicator::barrier)
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("rank 0")
        .hasMessageContaining("has closed its communicator");
    assertThatThrownBy(() -> communicator.allReduceSum(FloatBuffer.allocate(1)))
        .isInstanceOf(CommunicationException.class);
  }

  static FloatBuffer direct(int size) {
    return ByteBuffer.allocateDirect(Float.BYTES * size)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer();
  }

  static float[] array(FloatBuffer values) {
    float[] array = new float[values.remaining()];
    values.get(values.position(), array);
    return array;
  }

  private static float whole(int rank, int index) {
    return (rank + 1) * (index % 1009) - 7 * rank;
  }

  private static float[] gradient(int rank, int size) {
    SplittableRandom random = new SplittableRandom(rank);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextDouble(-10, 10);
    }
    return values;
  }

  private static byte[] bytes(int seed, int size) {
    byte[] bytes = new byte[size];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
