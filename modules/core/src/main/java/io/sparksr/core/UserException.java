package io.sparksr.core;

import java.util.List;

/**
 * A mistake the user can mend: it says what is wrong, with the value and path, and what to do. The
 * command line prints each problem on one line, without a stack trace, and exits with {@link
 * #exitCode()}.
 */
public final class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Who has to act: the author of the command line and configuration, or the owner of the data. */
  public enum Kind {
    /** Usage or configuration; exit code 2. */
    CONFIGURATION(2),
    /** Input data: files, folders, artefacts; exit code 3. */
    INPUT(3);

    private final int exitCode;

    Kind(int exitCode) {
      this.exitCode = exitCode;
    }
  }

  private final Kind kind;
  private final List<String> problems;

  private UserException(Kind kind, List<String> problems, Throwable cause) {
    super(String.join("\n", problems), cause);
    this.kind = kind;
    this.problems = List.copyOf(problems);
  }

  /** A wrong option, key or value. */
  public static UserException configuration(String problem) {
    return new UserException(Kind.CONFIGURATION, List.of(problem), null);
  }

  /**
   * Several wrong options, keys or values, reported together.
   *
   * @param problems at least one, each complete in itself
   */
  public static UserException configuration(List<String> problems) {
    return new UserException(Kind.CONFIGURATION, problems, null);
  }

  /** Missing, broken or unsuitable input data. */
  public static UserException input(String problem) {
    return new UserException(Kind.INPUT, List.of(problem), null);
  }

  /** Missing, broken or unsuitable input data, with what revealed it. */
  public static UserException input(String problem, Throwable cause) {
    return new UserException(Kind.INPUT, List.of(problem), cause);
  }

  /** Who has to act. */
  public Kind kind() {
    return kind;
  }

  /** One complete line per problem; never empty. */
  public List<String> problems() {
    return problems;
  }

  /** The exit code of the command: 2 or 3. */
  public int exitCode() {
    return kind.exitCode;
  }
}
