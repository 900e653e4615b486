package io.sparksr.collective;

/** The run has failed because of one rank; becomes a {@link CommunicationException} at the seam. */
final class RingFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final int rank;
  private final FaultReason reason;
  private final long millis;

  RingFault(int rank, FaultReason reason, long millis, String message, Throwable cause) {
    super(message, cause);
    this.rank = rank;
    this.reason = reason;
    this.millis = millis;
  }

  /** The rank at fault. */
  int rank() {
    return rank;
  }

  FaultReason reason() {
    return reason;
  }

  /** How long it was waited for, where that is the fault; else 0. */
  long millis() {
    return millis;
  }
}
