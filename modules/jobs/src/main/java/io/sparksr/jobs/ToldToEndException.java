package io.sparksr.jobs;

import java.io.IOException;

/** This executor was told to end, and everything is saved: Spark is to start again elsewhere. */
final class ToldToEndException extends IOException {
  private static final long serialVersionUID = 1L;

  /** After so many steps. */
  ToldToEndException(long step) {
    super("this executor was told to end; everything up to step " + step + " is saved");
  }
}
