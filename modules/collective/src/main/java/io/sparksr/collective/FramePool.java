package io.sparksr.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;

/** The direct buffers a rank stages frames in, used again and again; all its memory there is. */
final class FramePool {
  private final int frameBytes;
  private final ArrayDeque<ByteBuffer> free;

  FramePool(int frames, int chunkBytes) {
    this.frameBytes = FrameHeader.BYTES + chunkBytes;
    this.free = new ArrayDeque<>(frames);
    for (int i = 0; i < frames; i++) {
      free.add(ByteBuffer.allocateDirect(frameBytes).order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  boolean isEmpty() {
    return free.isEmpty();
  }

  /** A little-endian buffer for a header and a payload of this size, at position 0. */
  ByteBuffer take(int payloadBytes) {
    return free.pop().clear().limit(FrameHeader.BYTES + payloadBytes);
  }

  /** Takes back what {@link #take} gave; heartbeats, which are not from here, are left alone. */
  void give(ByteBuffer frame) {
    if (frame.capacity() == frameBytes) {
      free.push(frame);
    }
  }

  /** The little-endian payload part of a frame. */
  static ByteBuffer payload(ByteBuffer frame) {
    return frame
        .slice(FrameHeader.BYTES, frame.limit() - FrameHeader.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A frame of its own that has no payload. */
  static ByteBuffer bare(FrameHeader header) {
    ByteBuffer frame = ByteBuffer.allocateDirect(FrameHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.write(frame);
    return frame;
  }
}
