package io.sparksr.testkit;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/** What a {@link FaultyHttpProxy} does to one request. */
public sealed interface Fault {

  /** Nothing: the server answers. */
  record None() implements Fault {}

  /**
   * The proxy answers in the server's place.
   *
   * @param code of HTTP, for instance 503
   */
  record Status(int code) implements Fault {
    /** Checks the code. */
    public Status {
      if (code < 400 || code > 599) {
        throw new IllegalArgumentException("no HTTP error: " + code);
      }
    }
  }

  /**
   * The server answers, but the connection breaks.
   *
   * @param afterBytes how much of the answer, its header included, still comes through
   */
  record Drop(int afterBytes) implements Fault {}

  /**
   * The answer comes in pieces.
   *
   * @param pieceBytes size of a piece, at least 1
   * @param pause before each piece
   */
  record Slow(int pieceBytes, Duration pause) implements Fault {}

  /** Lets everything through. */
  static Function<ProxiedRequest, Fault> never() {
    return request -> new None();
  }

  /**
   * Chooses at random, but the same for the same seed and number of the request.
   *
   * @param share of the requests that suffer a fault, 0 to 1
   * @param faults to choose from, each as often as the others
   */
  static Function<ProxiedRequest, Fault> random(long seed, double share, List<Fault> faults) {
    List<Fault> choice = List.copyOf(faults);
    return request -> {
      SplittableRandom random = new SplittableRandom(seed + request.number());
      return random.nextDouble() < share ? choice.get(random.nextInt(choice.size())) : new None();
    };
  }
}
