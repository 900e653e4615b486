package io.sparksr.collective;

import java.nio.ByteBuffer;

/**
 * One operation as two fixed sequences of frames: those that come from the previous rank and those
 * that go to the next. An outgoing frame is either filled here or is an incoming one passed on;
 * those passed on keep their order. All ranks derive the sequences from the arguments alone, so no
 * frame says where it belongs.
 */
interface RingOperation {
  /** {@link #source}: the frame is filled here. */
  long LOCAL = -1;

  FrameKind kind();

  /** What the header's argument must be on all ranks. */
  int argument();

  /** Size of the whole message. */
  long bytes();

  /** What every frame of the operation begins with. */
  default FrameHeader header(int payloadBytes, long sequence) {
    return new FrameHeader(kind(), argument(), payloadBytes, sequence, bytes());
  }

  /** The number of incoming frames; at least 1, so that every rank checks its neighbour's step. */
  long incoming();

  /** Payload of an incoming frame. */
  int incomingBytes(long frame);

  /** Uses, and may change, an incoming frame's payload before it is passed on. */
  void accept(long frame, ByteBuffer payload);

  /** Whether an incoming frame is passed on. */
  boolean passesOn(long frame);

  /** The number of outgoing frames. */
  long outgoing();

  /** The incoming frame that this outgoing one passes on, or {@link #LOCAL}. */
  long source(long frame);

  /**
   * Whether a local outgoing frame may be filled once so many frames have come in. Bounds the
   * frames on their way round a closed ring by {@link RingPipeline#WINDOW} per rank, which is fewer
   * than each rank can hold: so some rank can always read, and the ring never locks up.
   */
  boolean mayFill(long frame, long received);

  /** Payload of a local outgoing frame. */
  int outgoingBytes(long frame);

  /** Writes the payload of a local outgoing frame, from position to limit. */
  void fill(long frame, ByteBuffer payload);
}
