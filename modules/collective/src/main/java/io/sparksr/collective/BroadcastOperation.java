package io.sparksr.collective;

import java.nio.ByteBuffer;

/**
 * The root's bytes go round in chunks until the rank before it has them. Every rank first sends an
 * empty frame, so that ranks which disagree about the root notice instead of waiting for each
 * other.
 */
final class BroadcastOperation implements RingOperation {
  private final RingMembership ring;
  private final ByteBuffer values;
  private final int root;
  private final int chunks;

  BroadcastOperation(RingMembership ring, ByteBuffer values, int root) {
    this.ring = ring;
    this.values = values.slice();
    this.root = root;
    int chunkBytes = ring.settings().chunkBytes();
    this.chunks = (int) (((long) this.values.limit() + chunkBytes - 1) / chunkBytes);
  }

  @Override
  public FrameKind kind() {
    return FrameKind.BROADCAST;
  }

  @Override
  public int argument() {
    return root;
  }

  @Override
  public long bytes() {
    return values.limit();
  }

  @Override
  public long incoming() {
    return ring.rank() == root ? 1 : 1 + chunks;
  }

  @Override
  public int incomingBytes(long frame) {
    return frameBytes(frame);
  }

  @Override
  public void accept(long frame, ByteBuffer payload) {
    if (frame > 0) {
      values.put(offset(frame), payload, payload.position(), payload.remaining());
    }
  }

  @Override
  public boolean passesOn(long frame) {
    return frame > 0 && ring.next() != root;
  }

  @Override
  public long outgoing() {
    return ring.next() == root ? 1 : 1 + chunks;
  }

  @Override
  public long source(long frame) {
    return frame == 0 || ring.rank() == root ? LOCAL : frame;
  }

  @Override
  public boolean mayFill(long frame, long received) {
    return true; // the chunks do not go full circle
  }

  @Override
  public int outgoingBytes(long frame) {
    return frameBytes(frame);
  }

  @Override
  public void fill(long frame, ByteBuffer payload) {
    if (frame > 0) {
      payload.put(payload.position(), values, offset(frame), payload.remaining());
    }
  }

  private int frameBytes(long frame) {
    return frame == 0 ? 0 : Math.min(ring.settings().chunkBytes(), values.limit() - offset(frame));
  }

  private int offset(long frame) {
    return (int) ((frame - 1) * ring.settings().chunkBytes());
  }
}
