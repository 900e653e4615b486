package io.sparksr.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The size of a message on the wire is nobody's business but the wire's. */
class ChunkSizeTest {
  private static final int SIZE = 5_003;

  @ParameterizedTest
  @CsvSource({"2,FP32", "3,FP32", "4,FP32", "3,BF16"})
  void sumsHaveTheSameBytesForAnyChunkSize(int worldSize, WireFormat wire) throws Exception {
    float[] reference = sum(worldSize, wire, 128 << 10);
    assertThat(reference[17]).isNotZero();
    for (int chunkBytes : new int[] {64, 520, 4096}) {
      assertThat(sum(worldSize, wire, chunkBytes)).containsExactly(reference);
    }
  }

  private static float[] sum(int worldSize, WireFormat wire, int chunkBytes) throws Exception {
    RingSettings settings = RingSettings.of(5_000, 10_000, chunkBytes).withWire(wire);
    List<RingCommunicator> ranks = Rings.connect(worldSize, settings);
    List<float[]> results =
        Ranks.values(
            worldSize,
            rank -> {
              float[] values = new float[SIZE];
              SplittableRandom random = new SplittableRandom(rank);
              for (int i = 0; i < SIZE; i++) {
                values[i] = (float) random.nextDouble(-10, 10);
              }
              ranks.get(rank).allReduceGradients(FloatBuffer.wrap(values));
              return values;
            });
    ranks.forEach(Communicator::close);
    return results.get(worldSize - 1);
  }
}
