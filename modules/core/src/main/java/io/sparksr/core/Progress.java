package io.sparksr.core;

/**
 * Where long steps report how far they are. The command line draws bars; tests and clusters stay
 * silent or log.
 */
public interface Progress {

  /**
   * Begins a step.
   *
   * @param label what is done, for instance {@code "index"}
   * @param unit what is counted, for instance {@code "images"}
   * @param total how many there are; negative where it is not known
   */
  Task start(String label, String unit, long total);

  /** One step; closed when it ends, whether well or not. */
  interface Task extends AutoCloseable {
    /** How many are done since the start; never less than before. */
    void advanceTo(long done);

    /** A few words beside the bar, for instance the loss. */
    void message(String text);

    @Override
    void close();
  }

  /** Reports nothing. */
  static Progress silent() {
    return (label, unit, total) ->
        new Task() {
          @Override
          public void advanceTo(long done) {}

          @Override
          public void message(String text) {}

          @Override
          public void close() {}
        };
  }
}
