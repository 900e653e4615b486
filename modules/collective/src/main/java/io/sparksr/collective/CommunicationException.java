package io.sparksr.collective;

import java.util.OptionalInt;

/**
 * The group cannot go on: a rank died, was silent for too long, does not belong to the run or is
 * out of step. The message names that rank and its address.
 */
public final class CommunicationException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int NOBODY = -1;

  private final int failedRank;

  CommunicationException(int failedRank, String message, Throwable cause) {
    super(message, cause);
    this.failedRank = failedRank;
  }

  CommunicationException(String message, Throwable cause) {
    this(NOBODY, message, cause);
  }

  /**
   * The rank at fault, as far as this rank can tell; it may be this rank itself. Empty if none can
   * be blamed.
   */
  public OptionalInt failedRank() {
    return failedRank == NOBODY ? OptionalInt.empty() : OptionalInt.of(failedRank);
  }
}
