package io.sparksr.collective;

import java.nio.ByteBuffer;

/**
 * Reduce-scatter followed by all-gather. The values are cut into as many segments as there are
 * ranks, one owned by each. They go round in groups, each of up to {@link RingPipeline#WINDOW}
 * chunks of every segment. In step t of 2(N-1) rank r sends segment r - t and receives segment r -
 * t - 1: first sums on their way round, from step N - 1 on totals. A chunk is added to and passed
 * on in the buffer it came in. So a segment is summed in the order of the ranks beginning with its
 * own, and its total is computed on one rank only: every rank gets the same bytes, whatever the
 * size of a chunk.
 */
final class AllReduceOperation implements RingOperation {
  private final Summands values;
  private final int rank;
  private final int worldSize;
  private final long groups;
  private final int chunks;
  private final long framesPerGroup;

  AllReduceOperation(RingMembership ring, Summands values) {
    this.values = values;
    this.rank = ring.rank();
    this.worldSize = ring.worldSize();
    int chunkElements = ring.settings().chunkBytes() / values.elementBytes();
    long groupElements = (long) chunkElements * RingPipeline.WINDOW * worldSize;
    this.groups = Math.max(1, ceilDiv(values.count(), groupElements));
    long largestPart = ceilDiv(ceilDiv(values.count(), worldSize), groups);
    this.chunks = (int) Math.max(1, ceilDiv(largestPart, chunkElements));
    this.framesPerGroup = 2L * (worldSize - 1) * chunks;
  }

  @Override
  public FrameKind kind() {
    return values.kind();
  }

  @Override
  public int argument() {
    return 0;
  }

  @Override
  public long bytes() {
    return (long) values.count() * values.elementBytes();
  }

  @Override
  public long incoming() {
    return groups * framesPerGroup;
  }

  @Override
  public int incomingBytes(long frame) {
    int segment = segment(rank - 1 - step(frame));
    return (int) (bound(frame, segment, 1) - bound(frame, segment, 0)) * values.elementBytes();
  }

  @Override
  public void accept(long frame, ByteBuffer payload) {
    int step = step(frame);
    int from = (int) bound(frame, segment(rank - 1 - step), 0);
    if (step < worldSize - 1) {
      values.addTo(payload, from);
    }
    // Sums on their way round are of no use here: their place is overwritten by the total anyway.
    if (step >= worldSize - 2) {
      values.copyFrom(payload, from);
    }
  }

  @Override
  public boolean passesOn(long frame) {
    return step(frame) < 2 * (worldSize - 1) - 1;
  }

  @Override
  public long outgoing() {
    return groups * framesPerGroup;
  }

  @Override
  public long source(long frame) {
    return step(frame) == 0 ? LOCAL : frame - chunks;
  }

  @Override
  public boolean mayFill(long frame, long received) {
    return frame < received + chunks;
  }

  @Override
  public int outgoingBytes(long frame) {
    return (int) (bound(frame, rank, 1) - bound(frame, rank, 0)) * values.elementBytes();
  }

  @Override
  public void fill(long frame, ByteBuffer payload) {
    values.copyTo(payload, (int) bound(frame, rank, 0));
  }

  private int step(long frame) {
    return (int) (frame % framesPerGroup / chunks);
  }

  private int segment(int number) {
    return Math.floorMod(number, worldSize);
  }

  /** First element of the frame's chunk in a segment (end 0), or the first after it (end 1). */
  private long bound(long frame, int segment, int end) {
    long group = frame / framesPerGroup;
    long segmentFrom = (long) values.count() * segment / worldSize;
    long segmentCount = (long) values.count() * (segment + 1) / worldSize - segmentFrom;
    long groupFrom = segmentCount * group / groups;
    long groupCount = segmentCount * (group + 1) / groups - groupFrom;
    return segmentFrom + groupFrom + groupCount * (frame % chunks + end) / chunks;
  }

  private static long ceilDiv(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
