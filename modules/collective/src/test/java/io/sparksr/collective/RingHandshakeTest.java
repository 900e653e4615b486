package io.sparksr.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Setting up the ring among strangers, impostors and the dead. */
class RingHandshakeTest {
  private static final RingSettings PATIENT = RingSettings.of(5_000, 18_000, 1024);
  private static final RingSettings HASTY = RingSettings.of(400, 400, 1024);
  private static final byte[] OTHER_SECRET =
      "quite another secret".getBytes(StandardCharsets.US_ASCII);

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  @Test
  void strangersThatSendNothingDelayNobody() throws Exception {
    List<RingListener> listeners = Rings.listeners(2);
    List<Socket> strangers = new ArrayList<>();
    for (int i = 0; i < 2 * RingConnector.MOST_PENDING; i++) {
      strangers.add(stranger(listeners.get(i % 2).address()));
    }
    long start = System.nanoTime();
    assertRingWorks(listeners);
    // A stranger may stay silent for 4.5 s, a quarter of the time to connect.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    for (Socket stranger : strangers) {
      assertThat(drain(stranger).length).isIn(0, InboundHandshake.GREETING_BYTES);
    }
  }

  @Test
  void moreStrangersThanMayWaitCostTheOldestTheirPlace() throws Exception {
    List<RingListener> listeners = Rings.listeners(2);
    for (int i = 0; i < RingConnector.MOST_PENDING + 20; i++) {
      stranger(listeners.get(0).address());
    }
    assertRingWorks(listeners);
  }

  @Test
  void strangersThatSpeakAnotherProtocolAreDropped() throws Exception {
    List<RingListener> listeners = Rings.listeners(2);
    Socket stranger = stranger(listeners.get(1).address());
    stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    assertRingWorks(listeners);
    assertThat(drain(stranger)).hasSizeLessThanOrEqualTo(InboundHandshake.GREETING_BYTES);
  }

  @Test
  void aSilentStrangerIsDroppedLongBeforeTheRankGivesUp() throws Exception {
    RingListener listener = RingListener.open("127.0.0.1");
    try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      List<PeerAddress> peers =
          List.of(listener.address(), new PeerAddress("127.0.0.1", mute.getLocalPort()));
      Socket stranger = stranger(listener.address());
      long[] droppedAfter = new long[1];
      long start = System.nanoTime();
      List<Ranks.Outcome<Void>> outcomes =
          Ranks.outcomes(
              2,
              rank -> {
                if (rank == 0) {
                  RingCommunicator.connect(0, peers, Rings.SECRET, listener, HASTY);
                } else {
                  assertThat(drain(stranger)).hasSize(InboundHandshake.GREETING_BYTES);
                  droppedAfter[0] = System.nanoTime() - start;
                }
                return null;
              });
      assertThat(Duration.ofNanos(droppedAfter[0])).isBetween(millis(90), millis(390));
      assertThat(outcomes.get(1).failure()).isNull();
      assertThat(outcomes.get(0).communicationFailure())
          .hasMessage("rank 1 (" + peers.get(1) + ") did not connect within 400 ms");
    }
  }

  @Test
  void aPeerWithAnotherSecretIsRefused() throws Exception {
    assertBothBlameEachOther(Rings.SECRET, OTHER_SECRET, PATIENT, PATIENT);
  }

  @Test
  void aPeerWithAnotherChunkSizeIsRefused() throws Exception {
    RingSettings other = RingSettings.of(5_000, 18_000, 2048);
    assertBothBlameEachOther(Rings.SECRET, Rings.SECRET, PATIENT, other);
  }

  @Test
  void aProofMadeForAnotherNonceIsRefused() throws Exception {
    List<RingListener> listeners = Rings.listeners(2);
    List<PeerAddress> peers = Rings.addresses(listeners);
    RingProof proof = new RingProof(Rings.SECRET, new RingMembership(0, peers, PATIENT));
    byte[] nonce = new byte[RingProof.BYTES];
    Socket replayer = stranger(peers.get(1));
    replayer
        .getOutputStream()
        .write(
            ByteBuffer.allocate(InboundHandshake.REPLY_BYTES)
                .put(InboundHandshake.MAGIC)
                .putInt(0)
                .put(nonce)
                .put(proof.ofInitiator(0, 1, nonce, nonce))
                .array());
    assertRingWorks(listeners);
    assertThat(drain(replayer)).hasSizeLessThanOrEqualTo(InboundHandshake.GREETING_BYTES);
  }

  @Test
  void aProofSentBackToItsMakerIsNotAccepted() throws Exception {
    RingListener listener = RingListener.open("127.0.0.1");
    try (ServerSocket impostor = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      List<PeerAddress> peers =
          List.of(listener.address(), new PeerAddress("127.0.0.1", impostor.getLocalPort()));
      List<Ranks.Outcome<Void>> outcomes =
          Ranks.outcomes(
              2,
              rank -> {
                if (rank == 0) {
                  RingCommunicator.connect(0, peers, Rings.SECRET, listener, PATIENT);
                } else {
                  reflect(impostor);
                }
                return null;
              });
      assertThat(outcomes.get(1).failure()).isNull();
      assertThat(outcomes.get(0).communicationFailure())
          .hasMessage("rank 1 (" + peers.get(1) + ") did not prove that it belongs to this run");
    }
  }

  @Test
  void proofsDifferByRoleRanksRunAndNonces() {
    PeerAddress a = new PeerAddress("host", 1);
    PeerAddress b = new PeerAddress("host", 2);
    byte[] x = new byte[RingProof.BYTES];
    byte[] y = Arrays.copyOf(new byte[] {1}, RingProof.BYTES);
    RingProof proof = new RingProof(Rings.SECRET, new RingMembership(0, List.of(a, b), HASTY));
    RingProof swapped = new RingProof(Rings.SECRET, new RingMembership(0, List.of(b, a), HASTY));
    RingProof secret = new RingProof(OTHER_SECRET, new RingMembership(0, List.of(a, b), HASTY));
    byte[] reference = proof.ofInitiator(0, 1, x, y);
    assertThat(proof.ofInitiator(0, 1, x, y)).isEqualTo(reference);
    assertThat(proof.ofAcceptor(0, 1, x, y)).isNotEqualTo(reference);
    assertThat(proof.ofInitiator(1, 0, x, y)).isNotEqualTo(reference);
    assertThat(proof.ofInitiator(0, 1, y, x)).isNotEqualTo(reference);
    assertThat(swapped.ofInitiator(0, 1, x, y)).isNotEqualTo(reference);
    assertThat(secret.ofInitiator(0, 1, x, y)).isNotEqualTo(reference);
  }

  @Test
  void aRankThatDiedBeforeConnectingIsNamedByAllOthers() throws Exception {
    List<RingListener> listeners = Rings.listeners(4);
    List<PeerAddress> peers = Rings.addresses(listeners);
    listeners.get(2).close();
    List<Ranks.Outcome<Void>> outcomes =
        Ranks.outcomes(
            4,
            rank -> {
              if (rank != 2) {
                RingCommunicator.connect(rank, peers, Rings.SECRET, listeners.get(rank), PATIENT);
              }
              return null;
            });
    GroupContract.assertOthersBlame(outcomes, 2, "cannot be reached");
  }

  @Test
  void aRankThatDiesInTheHandshakeIsNamed() throws Exception {
    RingListener listener = RingListener.open("127.0.0.1");
    try (ServerSocket dying = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      List<PeerAddress> peers =
          List.of(listener.address(), new PeerAddress("127.0.0.1", dying.getLocalPort()));
      List<Ranks.Outcome<Void>> outcomes =
          Ranks.outcomes(
              2,
              rank -> {
                if (rank == 0) {
                  RingCommunicator.connect(0, peers, Rings.SECRET, listener, PATIENT);
                } else {
                  for (int attempt = 0; attempt < 3; attempt++) {
                    dying.accept().close();
                  }
                }
                return null;
              });
      assertThat(outcomes.get(0).communicationFailure())
          .hasMessageStartingWith(
              "rank 1 (" + peers.get(1) + ") closed the connection during the handshake");
    }
  }

  @Test
  void listenersAndArgumentsAreChecked() {
    assertThatThrownBy(() -> RingListener.open("no.such.host.invalid"))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("cannot listen on no.such.host.invalid");
    RingListener listener = RingListener.open("127.0.0.1");
    List<PeerAddress> peers = List.of(listener.address());
    assertThatThrownBy(() -> RingCommunicator.connect(0, peers, new byte[15], listener, PATIENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("secret: must have at least 16 bytes, got 15");
    assertThatThrownBy(() -> RingCommunicator.connect(1, peers, Rings.SECRET, listener, PATIENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rank: must be from 0 to 0, got 1");
    assertThat(listener.channel().isOpen()).isFalse();
  }

  private void assertBothBlameEachOther(
      byte[] secret, byte[] otherSecret, RingSettings settings, RingSettings otherSettings)
      throws Exception {
    List<RingListener> listeners = Rings.listeners(2);
    List<PeerAddress> peers = Rings.addresses(listeners);
    List<Ranks.Outcome<Void>> outcomes =
        Ranks.outcomes(
            2,
            rank -> {
              RingCommunicator.connect(
                  rank,
                  peers,
                  rank == 0 ? secret : otherSecret,
                  listeners.get(rank),
                  rank == 0 ? settings : otherSettings);
              return null;
            });
    for (int rank = 0; rank < 2; rank++) {
      assertThat(outcomes.get(rank).communicationFailure().failedRank()).hasValue(1 - rank);
      assertThat(outcomes.get(rank).communicationFailure())
          .hasMessageStartingWith("rank " + (1 - rank) + " (" + peers.get(1 - rank) + ")");
    }
    assertThat(outcomes)
        .anySatisfy(
            outcome ->
                assertThat(outcome.failure())
                    .hasMessageContaining("or has another secret or chunk size"));
  }

  private void assertRingWorks(List<RingListener> listeners) throws Exception {
    List<PeerAddress> peers = Rings.addresses(listeners);
    List<float[]> results =
        Ranks.values(
            listeners.size(),
            rank -> {
              try (RingCommunicator ring =
                  RingCommunicator.connect(
                      rank, peers, Rings.SECRET, listeners.get(rank), PATIENT)) {
                float[] values = {rank + 1, 10};
                ring.allReduceSum(FloatBuffer.wrap(values));
                return values;
              }
            });
    assertThat(results).allSatisfy(result -> assertThat(result).containsExactly(3, 20));
  }

  private Socket stranger(PeerAddress address) throws IOException {
    Socket socket = new Socket(address.host(), address.port());
    socket.setSoTimeout(10_000);
    open.add(socket);
    return socket;
  }

  /** Everything that comes until the other side closes. */
  private static byte[] drain(Socket socket) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(bytes);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the stranger was never dropped", e);
    } catch (IOException e) {
      // A reset is as good as an end.
    }
    return bytes.toByteArray();
  }

  private static void reflect(ServerSocket impostor) throws IOException {
    try (Socket victim = impostor.accept()) {
      victim
          .getOutputStream()
          .write(
              ByteBuffer.allocate(InboundHandshake.GREETING_BYTES)
                  .put(InboundHandshake.MAGIC)
                  .array());
      byte[] reply = new byte[InboundHandshake.REPLY_BYTES];
      new DataInputStream(victim.getInputStream()).readFully(reply);
      victim.getOutputStream().write(reply, reply.length - RingProof.BYTES, RingProof.BYTES);
      drain(victim);
    }
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }
}
