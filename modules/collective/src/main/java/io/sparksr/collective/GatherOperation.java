package io.sparksr.collective;

import java.nio.ByteBuffer;

/**
 * One block of at most a chunk from every rank to every rank: rank r sends block r, then passes on
 * blocks r - 1, r - 2, ... With empty blocks it is a barrier, for a rank that has everyone's block
 * knows that everyone has begun.
 */
final class GatherOperation implements RingOperation {
  private final RingMembership ring;
  private final FrameKind kind;
  private final byte[][] blocks;

  /**
   * All ranks know all sizes.
   *
   * @param blocks by rank, of the right sizes; this rank's is sent, the others are filled
   */
  GatherOperation(RingMembership ring, FrameKind kind, byte[][] blocks) {
    this.ring = ring;
    this.kind = kind;
    this.blocks = blocks;
  }

  @Override
  public FrameKind kind() {
    return kind;
  }

  @Override
  public int argument() {
    return 0;
  }

  @Override
  public long bytes() {
    long bytes = 0;
    for (byte[] block : blocks) {
      bytes += block.length;
    }
    return bytes;
  }

  @Override
  public long incoming() {
    return blocks.length - 1L;
  }

  @Override
  public int incomingBytes(long frame) {
    return incomingBlock(frame).length;
  }

  @Override
  public void accept(long frame, ByteBuffer payload) {
    payload.get(payload.position(), incomingBlock(frame));
  }

  @Override
  public boolean passesOn(long frame) {
    return frame < blocks.length - 2;
  }

  @Override
  public long outgoing() {
    return blocks.length - 1L;
  }

  @Override
  public long source(long frame) {
    return frame == 0 ? LOCAL : frame - 1;
  }

  @Override
  public boolean mayFill(long frame, long received) {
    return true;
  }

  @Override
  public int outgoingBytes(long frame) {
    return blocks[ring.rank()].length;
  }

  @Override
  public void fill(long frame, ByteBuffer payload) {
    payload.put(payload.position(), blocks[ring.rank()]);
  }

  private byte[] incomingBlock(long frame) {
    return blocks[Math.floorMod(ring.rank() - 1 - (int) frame, blocks.length)];
  }
}
