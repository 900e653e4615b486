package io.sparksr.collective;

import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * The 32 little-endian bytes in front of every frame: magic, kind, argument, payload bytes,
 * sequence number, bytes of the whole operation. They let a rank notice that its neighbour is in
 * another operation before a single value is added.
 *
 * @param kind what the frame carries
 * @param argument the root of a broadcast, the rank at fault of an abort, else 0
 * @param payloadBytes bytes that follow
 * @param sequence how many operations came before on this communicator; an abort's reason
 * @param operationBytes size of the message that is cut into frames; an abort's milliseconds
 */
record FrameHeader(
    FrameKind kind, int argument, int payloadBytes, long sequence, long operationBytes) {
  static final int BYTES = 32;
  private static final int MAGIC = 0x32525253; // "SRR2"

  static FrameHeader heartbeat() {
    return new FrameHeader(FrameKind.HEARTBEAT, 0, 0, 0, 0);
  }

  static FrameHeader abort(RingFault fault) {
    return new FrameHeader(FrameKind.ABORT, fault.rank(), 0, fault.reason().code(), fault.millis());
  }

  /** Overwrites the first 32 bytes of a little-endian buffer. */
  void write(ByteBuffer frame) {
    frame
        .putInt(0, MAGIC)
        .putInt(4, kind.code())
        .putInt(8, argument)
        .putInt(12, payloadBytes)
        .putLong(16, sequence)
        .putLong(24, operationBytes);
  }

  /** The first 32 bytes of a little-endian buffer. */
  static FrameHeader read(ByteBuffer frame) throws ProtocolException {
    if (frame.getInt(0) != MAGIC) {
      throw new ProtocolException("not a frame of the ring");
    }
    int code = frame.getInt(4);
    FrameKind kind =
        FrameKind.of(code)
            .orElseThrow(() -> new ProtocolException("unknown kind of frame " + code));
    return new FrameHeader(
        kind, frame.getInt(8), frame.getInt(12), frame.getLong(16), frame.getLong(24));
  }

  /** The frame's operation in words. */
  String operation() {
    String root = kind == FrameKind.BROADCAST ? " from rank " + argument : "";
    return "operation "
        + sequence
        + " ("
        + kind
        + root
        + ", "
        + operationBytes
        + " bytes, frame of "
        + payloadBytes
        + ")";
  }
}
