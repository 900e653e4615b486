package io.sparksr.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process that stops in mid-message with its sockets open, as a machine does that swaps or hangs.
 */
class HungPeerTest {
  private static final RingSettings SETTINGS = RingSettings.of(600, 20_000, 16 << 10);
  private static final int FLOATS = 1_500_000;

  /** What the connections are. */
  enum Kind {
    PLAIN,
    TLS;

    RingListener listen(int number) {
      return this == PLAIN
          ? RingListener.open("127.0.0.1")
          : RingListener.openEncrypted("127.0.0.1", Identities.of(number));
    }
  }

  /** By the shell's own kill: a small system has no other. */
  private static void signal(String signal, Process process) throws Exception {
    String command = "kill " + signal + " " + process.pid();
    assertThat(new ProcessBuilder("sh", "-c", command).start().waitFor()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aStoppedProcessIsNamedByAllOthers(Kind kind) throws Exception {
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            HungPeerTest.class.getName(),
            kind.name());
    Process peer =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader reader = peer.inputReader(StandardCharsets.UTF_8);
        Writer writer = peer.outputWriter(StandardCharsets.UTF_8)) {
      RingListener first = kind.listen(0);
      RingListener last = kind.listen(0);
      List<PeerAddress> peers = List.of(first.address(), parse(reader.readLine()), last.address());
      for (PeerAddress address : peers) {
        writer.write(line(address) + "\n");
      }
      writer.flush();
      CountDownLatch rounds = new CountDownLatch(6);
      List<Ranks.Outcome<Void>> outcomes =
          Ranks.outcomes(
              3,
              rank -> {
                if (rank == 1) {
                  rounds.await();
                  signal("-STOP", peer);
                } else {
                  sumForever(rank, peers, rank == 0 ? first : last, rounds);
                }
                return null;
              });
      GroupContract.assertOthersBlame(outcomes, 1, "nothing for 600 ms");
      assertThat(peer.isAlive()).isTrue();
    } finally {
      peer.destroyForcibly();
    }
  }

  /** Rank 1 in a process of its own. */
  public static void main(String[] arguments) throws IOException {
    RingListener listener = Kind.valueOf(arguments[0]).listen(0);
    System.out.println(line(listener.address()));
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    List<PeerAddress> peers = new ArrayList<>();
    for (int rank = 0; rank < 3; rank++) {
      peers.add(parse(reader.readLine()));
    }
    try {
      sumForever(1, peers, listener, new CountDownLatch(0));
    } catch (CommunicationException e) {
      System.exit(3);
    }
  }

  private static void sumForever(
      int rank, List<PeerAddress> peers, RingListener listener, CountDownLatch rounds) {
    try (RingCommunicator ring =
        RingCommunicator.connect(rank, peers, Rings.SECRET, listener, SETTINGS)) {
      FloatBuffer values = CommunicatorContract.direct(FLOATS);
      while (true) {
        ring.allReduceSum(values);
        rounds.countDown();
      }
    }
  }

  private static String line(PeerAddress address) {
    return address.host() + " " + address.port() + " " + address.fingerprint();
  }

  private static PeerAddress parse(String line) {
    String[] parts = line.split(" ", -1);
    return new PeerAddress(parts[0], Integer.parseInt(parts[1]), parts[2]);
  }
}
