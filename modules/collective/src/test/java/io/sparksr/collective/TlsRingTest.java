package io.sparksr.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ring over TLS. */
class TlsRingTest extends GroupContract {
  private static final RingSettings PATIENT = RingSettings.of(5_000, 10_000, 1024);

  @Override
  List<RingCommunicator> group(int worldSize, int timeoutMillis) {
    int chunkBytes = RingSettings.defaults().chunkBytes();
    return Rings.connect(
        Identities.listeners(worldSize), RingSettings.of(timeoutMillis, 10_000, chunkBytes));
  }

  @Test
  void aListenerWithAnotherCertificateThanThePinnedOneIsNamed() throws Exception {
    List<RingListener> listeners = Identities.listeners(2);
    PeerAddress real = listeners.get(1).address();
    PeerAddress claimed = new PeerAddress(real.host(), real.port(), "00".repeat(32));
    CommunicationException failure = failureOfRank0(listeners, claimed);
    assertThat(failure)
        .hasMessage("rank 1 (" + real + ") did not prove that it belongs to this run");
    assertThat(failure).hasStackTraceContaining("not the one of this run's rank");
  }

  @Test
  void aRankThatConnectsWithAnotherCertificateIsRefused() throws Exception {
    List<RingListener> listeners = Identities.listeners(2);
    // The same address, but another certificate than rank 1 expects of rank 0.
    RingListener impostor = RingListener.openEncrypted("127.0.0.1", Identities.of(2));
    List<PeerAddress> peers = Rings.addresses(listeners);
    PeerAddress own =
        new PeerAddress(peers.get(0).host(), peers.get(0).port(), impostor.address().fingerprint());
    List<Ranks.Outcome<Void>> outcomes =
        Ranks.outcomes(
            2,
            rank -> {
              RingSettings hasty = RingSettings.of(2_000, 2_000, 1024);
              if (rank == 0) {
                List<PeerAddress> seen = List.of(own, peers.get(1));
                RingCommunicator.connect(0, seen, Rings.SECRET, impostor, hasty);
              } else {
                RingCommunicator.connect(1, peers, Rings.SECRET, listeners.get(1), hasty);
              }
              return null;
            });
    listeners.get(0).close();
    assertThat(outcomes.get(0).communicationFailure())
        .hasMessageStartingWith("rank 1 (" + peers.get(1) + ") closed the connection during the");
    assertThat(outcomes.get(1).communicationFailure().failedRank()).hasValue(0);
  }

  @Test
  void onlySomeRanksEncryptingIsRefused() {
    RingListener plain = RingListener.open("127.0.0.1");
    RingListener encrypted = RingListener.openEncrypted("127.0.0.1", Identities.of(0));
    List<PeerAddress> peers = List.of(plain.address(), encrypted.address());
    assertThatThrownBy(() -> RingCommunicator.connect(0, peers, Rings.SECRET, plain, PATIENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("peers: either all ranks encrypt or none");
    encrypted.close();
  }

  @Test
  void strangersDoNoHarmAndLearnNothing() throws Exception {
    List<RingListener> listeners = Identities.listeners(2);
    PeerAddress address = listeners.get(1).address();
    try (Socket mute = new Socket(address.host(), address.port());
        Socket scanner = new Socket(address.host(), address.port())) {
      scanner.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(sumOfTwo(Rings.connect(listeners, PATIENT))).containsExactly(3f, 3f);
      assertThat(mute.getInputStream().readAllBytes()).isEmpty(); // the greeting is inside TLS
    }
  }

  @Test
  void aPeerThatStopsInTheMiddleOfTheHandshakeIsNamed() throws Exception {
    List<RingListener> listeners = Identities.listeners(2);
    try (ServerSocket half = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String fingerprint = listeners.get(1).address().fingerprint();
      listeners.get(1).close();
      PeerAddress deaf = new PeerAddress("127.0.0.1", half.getLocalPort(), fingerprint);
      List<PeerAddress> peers = List.of(listeners.get(0).address(), deaf);
      List<Ranks.Outcome<Void>> outcomes =
          Ranks.outcomes(
              1,
              rank -> {
                RingSettings hasty = RingSettings.of(400, 400, 1024);
                RingCommunicator.connect(0, peers, Rings.SECRET, listeners.get(0), hasty);
                return null;
              });
      assertThat(outcomes.get(0).communicationFailure())
          .hasMessage("rank 1 (" + deaf + ") did not connect within 400 ms");
    }
  }

  @Test
  void valuesTravelEncrypted() throws Exception {
    List<RingListener> listeners = Identities.listeners(2);
    byte[] secretText =
        "these very values must not be seen".repeat(100).getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    try (ServerSocket wire = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      PeerAddress real = listeners.get(1).address();
      PeerAddress tapped = new PeerAddress("127.0.0.1", wire.getLocalPort(), real.fingerprint());
      Thread tap = new Thread(() -> forward(wire, real, seen), "tap");
      tap.setDaemon(true);
      tap.start();
      List<PeerAddress> peers = List.of(listeners.get(0).address(), tapped);
      List<byte[]> received =
          Ranks.values(
              2,
              rank -> {
                try (RingCommunicator ring =
                    RingCommunicator.connect(
                        rank, peers, Rings.SECRET, listeners.get(rank), PATIENT)) {
                  return ring.allGather(secretText).get(1 - rank);
                }
              });
      tap.join();
      assertThat(received.get(1)).isEqualTo(secretText);
    }
    assertThat(seen.size()).isGreaterThan(secretText.length);
    assertThat(seen.toString(StandardCharsets.ISO_8859_1)).doesNotContain("very values", "SRR2");
  }

  /** What rank 0 sends to rank 1, and back; kept where it can be read. */
  private static void forward(ServerSocket wire, PeerAddress real, ByteArrayOutputStream seen) {
    try (Socket from = wire.accept();
        Socket to = new Socket(real.host(), real.port())) {
      Thread back = new Thread(() -> copy(to, from, new ByteArrayOutputStream()));
      back.start();
      copy(from, to, seen);
      back.join();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void copy(Socket from, Socket to, ByteArrayOutputStream seen) {
    byte[] block = new byte[4096];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(block); count >= 0; count = in.read(block)) {
        seen.write(block, 0, count);
        out.write(block, 0, count);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      // Closed from the other side.
    }
  }

  private static CommunicationException failureOfRank0(
      List<RingListener> listeners, PeerAddress rank1) throws Exception {
    List<PeerAddress> peers = List.of(listeners.get(0).address(), rank1);
    return Ranks.<Void>outcomes(
            2,
            rank -> {
              RingCommunicator.connect(
                  rank,
                  rank == 0 ? peers : Rings.addresses(listeners),
                  Rings.SECRET,
                  listeners.get(rank),
                  PATIENT);
              return null;
            })
        .get(0)
        .communicationFailure();
  }

  private static List<Float> sumOfTwo(List<RingCommunicator> ring) throws Exception {
    List<Float> sums =
        Ranks.values(
            2,
            rank -> {
              float[] values = {rank + 1};
              ring.get(rank).allReduceSum(FloatBuffer.wrap(values));
              return values[0];
            });
    ring.forEach(Communicator::close);
    return sums;
  }
}
