package io.sparksr.training;

import io.sparksr.collective.Communicator;
import io.sparksr.nn.NamedTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * Whether all replicas hold the same bytes: each tells the others a checksum of its model and
 * optimizer. Replicas that apply the same updates to the same values never differ, unless memory, a
 * processor or this program is at fault.
 */
final class WeightCheck {
  private static final int BLOCK_BYTES = 64 << 10;

  private final Communicator communicator;
  private final long every;
  private final ByteBuffer block =
      ByteBuffer.allocateDirect(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * A check.
   *
   * @param every steps between two; 0 for none
   */
  WeightCheck(Communicator communicator, long every) {
    this.communicator = communicator;
    this.every = every;
  }

  /**
   * Compares, if it is time to.
   *
   * @param done steps completed, the same on all replicas
   * @throws IllegalStateException on all replicas if they differ; it names those that differ from
   *     most
   */
  void afterStep(TrainingStep training, long done) {
    if (every == 0 || done % every != 0 || communicator.worldSize() == 1) {
      return;
    }
    byte[] own =
        ByteBuffer.allocate(Integer.BYTES)
            .putInt(checksum(training.model(), training.optimizer()))
            .array();
    List<Integer> checksums =
        communicator.allGather(own).stream().map(bytes -> ByteBuffer.wrap(bytes).getInt()).toList();
    if (checksums.stream().distinct().count() > 1) {
      throw new IllegalStateException(message(checksums, done));
    }
  }

  private int checksum(List<NamedTensor> model, List<NamedTensor> optimizer) {
    CRC32C sum = new CRC32C();
    model.forEach(tensor -> add(sum, tensor.values()));
    optimizer.forEach(tensor -> add(sum, tensor.values()));
    return (int) sum.getValue();
  }

  /** Through a small buffer: a view of floats gives no bytes away. */
  private void add(CRC32C sum, FloatBuffer values) {
    FloatBuffer rest = values.duplicate().rewind();
    FloatBuffer floats = block.clear().asFloatBuffer();
    while (rest.hasRemaining()) {
      int count = Math.min(rest.remaining(), floats.capacity());
      floats.put(0, rest, rest.position(), count);
      rest.position(rest.position() + count);
      sum.update(block.clear().limit(count * Float.BYTES));
    }
  }

  static String message(List<Integer> checksums, long done) {
    Map<Integer, List<Integer>> groups = new TreeMap<>();
    IntStream.range(0, checksums.size())
        .forEach(
            rank ->
                groups.computeIfAbsent(checksums.get(rank), key -> new ArrayList<>()).add(rank));
    List<List<Integer>> bySize =
        groups.values().stream()
            .sorted(Comparator.<List<Integer>>comparingInt(List::size).reversed())
            .toList();
    List<Integer> most = bySize.get(0);
    String head = "replicas no longer hold the same weights at step " + done + ": ";
    String tail =
        ". The memory or processor of a machine may be faulty; training goes on from the last"
            + " checkpoint";
    if (most.size() == bySize.get(1).size()) {
      return head + "ranks " + bySize + " agree only within these groups" + tail;
    }
    List<Integer> others =
        IntStream.range(0, checksums.size()).boxed().filter(r -> !most.contains(r)).toList();
    return head + "ranks " + others + " differ from ranks " + most + tail;
  }
}
