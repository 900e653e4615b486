package io.sparksr.collective;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;

/**
 * Who is in the ring and which of them this rank is.
 *
 * @param rank this rank
 * @param peers addresses by rank, this rank's included
 * @param settings shared by all ranks
 */
record RingMembership(int rank, List<PeerAddress> peers, RingSettings settings) {

  RingMembership {
    peers = List.copyOf(peers);
    if (rank < 0 || rank >= peers.size()) {
      throw new IllegalArgumentException(
          "rank: must be from 0 to " + (peers.size() - 1) + ", got " + rank);
    }
  }

  int worldSize() {
    return peers.size();
  }

  /** The rank this one receives from. */
  int previous() {
    return Math.floorMod(rank - 1, worldSize());
  }

  /** The rank this one sends to. */
  int next() {
    return (rank + 1) % worldSize();
  }

  /** The rank with its address. */
  String describe(int member) {
    return member >= 0 && member < worldSize()
        ? "rank " + member + " (" + peers.get(member) + ")"
        : "rank " + member;
  }

  RingFault fault(int member, FaultReason reason, Throwable cause) {
    return timeFault(member, reason, 0, cause);
  }

  /** The fault behind a broken connection: the peer's, unless this thread was interrupted. */
  RingFault lost(int member, IOException cause) {
    return cause instanceof ClosedByInterruptException
        ? fault(rank, FaultReason.INTERRUPTED, cause)
        : fault(member, FaultReason.CLOSED, cause);
  }

  RingFault timeFault(int member, FaultReason reason, long millis) {
    return timeFault(member, reason, millis, null);
  }

  RingFault outOfStep(int member, String detail, Throwable cause) {
    String message = describe(member) + " " + FaultReason.OUT_OF_STEP.phrase(0) + ": " + detail;
    return new RingFault(member, FaultReason.OUT_OF_STEP, 0, message, cause);
  }

  /** The fault that an abort frame reports. */
  RingFault reported(FrameHeader abort) {
    FaultReason reason = FaultReason.of(abort.sequence());
    String message =
        describe(abort.argument())
            + " "
            + reason.phrase(abort.operationBytes())
            + ", another rank reports";
    return new RingFault(abort.argument(), reason, abort.operationBytes(), message, null);
  }

  private RingFault timeFault(int member, FaultReason reason, long millis, Throwable cause) {
    String message = describe(member) + " " + reason.phrase(millis);
    return new RingFault(member, reason, millis, message, cause);
  }
}
