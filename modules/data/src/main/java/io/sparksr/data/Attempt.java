package io.sparksr.data;

import java.util.Locale;

/**
 * Which of a task's attempts writes a file. Two attempts at once (a speculative copy, or a task of
 * an executor that was taken for lost) must not write to one name: on file systems without atomic
 * objects one could cut off or remove what the other has finished. The manifest names the file that
 * counts.
 *
 * @param stage how often the stage was started before
 * @param task how often this task was started before in that stage
 */
public record Attempt(int stage, int task) {
  /** What nearly all files are written by; their names have no suffix. */
  public static final Attempt FIRST = new Attempt(0, 0);

  /** What the attempt adds to the name of a file: nothing, or for instance {@code -retry-0-1}. */
  String suffix() {
    return equals(FIRST) ? "" : String.format(Locale.ROOT, "-retry-%d-%d", stage, task);
  }
}
