package io.sparksr.collective;

import java.util.Optional;

/** What a frame of the ring carries. */
enum FrameKind {
  SUM_FLOATS(1, "all-reduce of floats"),
  SUM_DOUBLES(2, "all-reduce of doubles"),
  BROADCAST(3, "broadcast"),
  GATHER_SIZES(4, "all-gather"),
  GATHER(5, "second part of an all-gather"),
  BARRIER(6, "barrier"),
  SUM_BF16(7, "all-reduce of floats sent as bf16"),
  /** "I am alive but wait for someone": counts as a sign of life, belongs to no operation. */
  HEARTBEAT(16, "heartbeat"),
  /** "The run has failed": the sender closes after it. */
  ABORT(17, "abort");

  private final int code;
  private final String label;

  FrameKind(int code, String label) {
    this.code = code;
    this.label = label;
  }

  int code() {
    return code;
  }

  static Optional<FrameKind> of(int code) {
    for (FrameKind kind : values()) {
      if (kind.code == code) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return label;
  }
}
