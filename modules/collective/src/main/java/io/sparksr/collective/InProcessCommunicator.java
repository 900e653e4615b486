package io.sparksr.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Ranks that are threads of one JVM. Each rank sums one segment of all ranks' buffers, in the order
 * of the ranks, straight into all of them.
 *
 * <p>A rank belongs to the thread that called it last: when that thread has died and no other
 * thread takes the rank over within half a second, the others' calls fail with its rank.
 */
public final class InProcessCommunicator implements Communicator {
  private static final int BLOCK_BYTES = 16 << 10;

  private final InProcessGroup group;
  private final int rank;

  private InProcessCommunicator(InProcessGroup group, int rank) {
    this.group = group;
    this.rank = rank;
  }

  /**
   * A new group.
   *
   * @param worldSize number of ranks, at least 1
   * @param timeoutMillis how long a call waits for the other ranks, at least 1
   * @return by rank; whoever takes one closes it
   * @throws IllegalArgumentException if an argument is out of range
   */
  public static List<InProcessCommunicator> group(int worldSize, int timeoutMillis) {
    if (worldSize < 1) {
      throw new IllegalArgumentException("world-size: must be at least 1, got " + worldSize);
    }
    if (timeoutMillis < 1) {
      throw new IllegalArgumentException(
          "timeout-millis: must be at least 1, got " + timeoutMillis);
    }
    InProcessGroup group = new InProcessGroup(worldSize, timeoutMillis);
    List<InProcessCommunicator> communicators = new ArrayList<>();
    for (int rank = 0; rank < worldSize; rank++) {
      communicators.add(new InProcessCommunicator(group, rank));
    }
    return List.copyOf(communicators);
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int worldSize() {
    return group.worldSize();
  }

  @Override
  public void allReduceSum(FloatBuffer values) {
    BufferChecks.requireWritable(values);
    String call = "all-reduce of " + values.remaining() + " floats";
    group.together(
        rank, call, values.slice(), all -> sumSegment(all, one -> Summands.of((FloatBuffer) one)));
  }

  @Override
  public void allReduceSum(DoubleBuffer values) {
    BufferChecks.requireWritable(values);
    String call = "all-reduce of " + values.remaining() + " doubles";
    group.together(
        rank, call, values.slice(), all -> sumSegment(all, one -> Summands.of((DoubleBuffer) one)));
  }

  private void sumSegment(List<Object> buffers, Function<Object, Summands> view) {
    List<Summands> ranks = buffers.stream().map(view).toList();
    Summands own = ranks.get(rank);
    int from = (int) ((long) own.count() * rank / worldSize());
    int to = (int) ((long) own.count() * (rank + 1) / worldSize());
    int blockElements = BLOCK_BYTES / own.elementBytes();
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES).order(ByteOrder.nativeOrder());
    for (int at = from; at < to; at += blockElements) {
      block.limit(Math.min(blockElements, to - at) * own.elementBytes());
      ranks.get(0).copyTo(block, at);
      for (Summands other : ranks.subList(1, ranks.size())) {
        other.addTo(block, at);
      }
      for (Summands each : ranks) {
        each.copyFrom(block, at);
      }
    }
  }

  @Override
  public void broadcast(ByteBuffer values, int root) {
    BufferChecks.requireBroadcast(values, root, rank, worldSize());
    String call = "broadcast of " + values.remaining() + " bytes from rank " + root;
    ByteBuffer own = values.slice();
    group.together(
        rank,
        call,
        own,
        all -> {
          if (rank != root) {
            ByteBuffer source = (ByteBuffer) all.get(root);
            own.put(0, source, 0, source.limit());
          }
        });
  }

  @Override
  public void barrier() {
    group.together(rank, "barrier", "", all -> {});
  }

  @Override
  public List<byte[]> allGather(byte[] small) {
    List<byte[]> gathered = new ArrayList<>();
    group.together(
        rank, "all-gather", small, all -> all.forEach(one -> gathered.add(((byte[]) one).clone())));
    return List.copyOf(gathered);
  }

  @Override
  public void close() {
    group.leave(rank);
  }
}
