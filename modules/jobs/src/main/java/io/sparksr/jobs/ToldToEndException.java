package io.sparksr.jobs;

import java.io.IOException;

/** An executor was told to end, and everything is saved: Spark is to start all replicas again. */
final class ToldToEndException extends IOException {
  private static final long serialVersionUID = 1L;

  /** After so many steps; {@code here} if it was this executor rather than a peer's. */
  ToldToEndException(boolean here, long step) {
    super(
        (here ? "this executor" : "a peer")
            + " was told to end; everything up to step "
            + step
            + " is saved");
  }
}
