package io.sparksr.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients that travel as bfloat16. */
class Bf16WireTest {
  private static final int SIZE = 3001;

  @Test
  void roundsToNearestWithTiesToEven() {
    assertThat(bits(1f)).isEqualTo(0x3F80);
    assertThat(bits(Float.intBitsToFloat(0x3F808000))).isEqualTo(0x3F80); // tie, even below
    assertThat(bits(Float.intBitsToFloat(0x3F818000))).isEqualTo(0x3F82); // tie, even above
    assertThat(bits(Float.intBitsToFloat(0x3F808001))).isEqualTo(0x3F81);
    assertThat(bits(Float.intBitsToFloat(0xBF80FFFF))).isEqualTo(0xBF81);
    assertThat(bits(-0f)).isEqualTo(0x8000);
    assertThat(bits(Float.MAX_VALUE)).isEqualTo(0x7F80);
    assertThat(bits(Float.NEGATIVE_INFINITY)).isEqualTo(0xFF80);
    assertThat(bits(Float.intBitsToFloat(0x7FFFFFFF))).isEqualTo(0x7FFF);
    assertThat(bits(Float.intBitsToFloat(0x7F800001))).isEqualTo(0x7FC0); // NaN stays NaN
    assertThat(Bf16Block.widen((short) 0xBF81)).isEqualTo(-1.0078125f);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, Bf16Block.SIZE, Bf16Block.SIZE + 1, 3 * Bf16Block.SIZE + 7})
  void wholeFramesAreRoundedAddedAndWidenedAsSingleValuesAre(int count) {
    SplittableRandom random = new SplittableRandom(count);
    FloatBuffer values = FloatBuffer.allocate(count + 2); // bits of all kinds, NaN too
    FloatBuffer more = FloatBuffer.allocate(count + 2);
    for (int i = 0; i < count + 2; i++) {
      values.put(i, Float.intBitsToFloat(random.nextInt()));
      more.put(i, random.nextInt(50) == 0 ? Float.NaN : values.get(i) * random.nextInt(9));
    }
    ByteBuffer frame = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
    Bf16Block block = new Bf16Block();
    new Bf16Summands(values, block).copyTo(frame, 1);
    FloatBuffer widened = FloatBuffer.allocate(count + 2);
    Summands result = new Bf16Summands(widened, block);
    result.copyFrom(frame, 1);
    new Bf16Summands(more, block).addTo(frame, 2);
    FloatBuffer summed = FloatBuffer.allocate(count + 2);
    new Bf16Summands(summed, block).copyFrom(frame, 1);
    float[] rounded = new float[count];
    float[] sums = new float[count];
    for (int i = 0; i < count; i++) {
      rounded[i] = Bf16Block.widen(Bf16Block.round(values.get(i + 1)));
      sums[i] = Bf16Block.widen(Bf16Block.round(rounded[i] + more.get(i + 2)));
    }
    assertThat(Arrays.copyOfRange(widened.array(), 1, count + 1)).isEqualTo(rounded);
    assertThat(Arrays.copyOfRange(summed.array(), 1, count + 1)).isEqualTo(sums);
    assertThat(new float[] {widened.get(0), widened.get(count + 1)}).containsOnly(0f);
  }

  @Test
  void handComputedSumOfTwoRanks() throws Exception {
    // Element 0 starts on rank 0: 1 + 2^-9 travels as 1 and meets 2^-7. Element 1 starts on rank 1.
    float[][] values = {{1 + 1 / 512f, 1 + 1 / 512f}, {1 / 128f, 1 + 1 / 512f}};
    List<float[]> sums = reduce(values);
    // 1 + (1 + 2^-9) = 2 + 2^-9, rounded to steps of 2^-6.
    assertThat(sums.get(0)).containsExactly(1 + 1 / 128f, 2f);
    assertThat(sums.get(1)).containsExactly(1 + 1 / 128f, 2f);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void allRanksEndWithTheSameBytesWithinTheBound(int worldSize) throws Exception {
    float[][] values = new float[worldSize][SIZE];
    SplittableRandom random = new SplittableRandom(11);
    double[] exact = new double[SIZE];
    double[] size = new double[SIZE];
    for (float[] one : values) {
      for (int i = 0; i < SIZE; i++) {
        one[i] = (float) random.nextDouble(-3, 3);
        exact[i] += one[i];
        size[i] += Math.abs(one[i]);
      }
    }
    List<float[]> sums = reduce(values);
    double worst = 0;
    for (int i = 0; i < SIZE; i++) {
      double error = Math.abs(sums.get(0)[i] - exact[i]);
      assertThat(error).isLessThanOrEqualTo(worldSize / 256.0 * size[i]);
      worst = Math.max(worst, error);
    }
    assertThat(worst).isGreaterThan(1e-3); // it was rounded
    assertThat(sums).allSatisfy(sum -> assertThat(sum).isEqualTo(sums.get(0)));
  }

  @Test
  void otherSumsStayExact() throws Exception {
    List<RingCommunicator> ring = ring(2);
    List<float[]> sums =
        Ranks.values(
            2,
            rank -> {
              float[] values = {1 + 1 / 512f, Float.MIN_VALUE};
              ring.get(rank).allReduceSum(FloatBuffer.wrap(values));
              return values;
            });
    ring.forEach(Communicator::close);
    assertThat(sums)
        .allSatisfy(sum -> assertThat(sum).containsExactly(2 + 1 / 256f, 2 * Float.MIN_VALUE));
  }

  private static List<RingCommunicator> ring(int worldSize) {
    return Rings.connect(worldSize, RingSettings.of(5_000, 10_000, 64).withWire(WireFormat.BF16));
  }

  private static List<float[]> reduce(float[][] values) throws Exception {
    List<RingCommunicator> ring = ring(values.length);
    try {
      return Ranks.values(
          values.length,
          rank -> {
            float[] own = values[rank].clone();
            ring.get(rank).allReduceGradients(FloatBuffer.wrap(own));
            return own;
          });
    } finally {
      ring.forEach(Communicator::close);
    }
  }

  private static int bits(float value) {
    return Short.toUnsignedInt(Bf16Block.round(value));
  }
}
