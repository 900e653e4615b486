package io.sparksr.collective;

/** What went wrong with a rank, in words and as a number on the wire. */
enum FaultReason {
  CLOSED(1, "closed its connection"),
  SILENT(2, "sent nothing for %s"),
  STALLED(3, "took nothing for %s"),
  OUT_OF_STEP(4, "is out of step"),
  UNREACHABLE(5, "cannot be reached"),
  REFUSED(
      6,
      "closed the connection during the handshake: it has died, or belongs to another run, or has"
          + " another secret or chunk size"),
  UNPROVEN(7, "did not prove that it belongs to this run"),
  ABSENT(8, "did not connect within %s"),
  INTERRUPTED(9, "was interrupted"),
  FAILED(10, "failed");

  private static final int MILLIS_PER_SECOND = 1000;

  private final int code;
  private final String phrase;

  FaultReason(int code, String phrase) {
    this.code = code;
    this.phrase = phrase;
  }

  int code() {
    return code;
  }

  /** The reason with this number; {@link #FAILED} if there is none. */
  static FaultReason of(long code) {
    for (FaultReason reason : values()) {
      if (reason.code == code) {
        return reason;
      }
    }
    return FAILED;
  }

  /** The predicate of a sentence whose subject is the rank. */
  String phrase(long millis) {
    String duration =
        millis % MILLIS_PER_SECOND == 0 ? millis / MILLIS_PER_SECOND + " s" : millis + " ms";
    return phrase.formatted(duration);
  }
}
