package io.sparksr.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is on the wire, and how a receiver takes it apart. */
class RingFramesTest {
  private static final FrameHeader HEADER =
      new FrameHeader(FrameKind.SUM_FLOATS, 0, 8, 0x0102030405060708L, 4000);

  private final RingMembership ring =
      new RingMembership(
          1,
          List.of(new PeerAddress("a", 10), new PeerAddress("b", 11), new PeerAddress("c", 12)),
          RingSettings.defaults());
  private SocketChannel sender;
  private SocketChannel receiver;

  @BeforeEach
  void connect() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      sender = SocketChannel.open(server.getLocalAddress());
      receiver = server.accept();
    }
  }

  @AfterEach
  void close() throws IOException {
    sender.close();
    receiver.close();
  }

  @Test
  void headersAreLittleEndian() throws Exception {
    ByteBuffer frame = FramePool.bare(HEADER);
    byte[] bytes = new byte[FrameHeader.BYTES];
    frame.get(0, bytes);
    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo(
            "53525232"
                + "01000000"
                + "00000000"
                + "08000000"
                + "0807060504030201"
                + "a00f000000000000");
    assertThat(FrameHeader.read(frame)).isEqualTo(HEADER);
  }

  @Test
  void unknownHeadersAreRefused() {
    ByteBuffer zeros = ByteBuffer.allocate(FrameHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    assertThatThrownBy(() -> FrameHeader.read(zeros))
        .isInstanceOf(ProtocolException.class)
        .hasMessage("not a frame of the ring");
    ByteBuffer unknown = FramePool.bare(HEADER).putInt(4, 99);
    assertThatThrownBy(() -> FrameHeader.read(unknown))
        .isInstanceOf(ProtocolException.class)
        .hasMessage("unknown kind of frame 99");
  }

  @Test
  void heartbeatsInFrontOfAFrameAreTakenOut() throws Exception {
    ByteBuffer stream = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
    stream.put(FramePool.bare(FrameHeader.heartbeat()));
    stream.put(FramePool.bare(FrameHeader.heartbeat()));
    stream.put(FramePool.bare(HEADER)).putFloat(1.5f).putFloat(-2).flip();
    InboundLink link = new InboundLink(ring, RingChannel.plain(receiver));
    ByteBuffer frame = new FramePool(1, 64).take(8);
    link.beginFrame();
    while (stream.hasRemaining()) { // in pieces that respect no boundary
      int end = stream.limit();
      sender.write(stream.limit(Math.min(end, stream.position() + 27)));
      stream.limit(end);
      link.read(frame, HEADER);
    }
    while (frame.hasRemaining()) {
      link.read(frame, HEADER);
    }
    ByteBuffer payload = FramePool.payload(frame);
    assertThat(payload.getFloat()).isEqualTo(1.5f);
    assertThat(payload.getFloat()).isEqualTo(-2);
  }

  @Test
  void anAbortNamesTheRankAtFaultAndTheReason() throws Exception {
    RingFault fault = ring.timeFault(2, FaultReason.SILENT, 30_000);
    assertThat(fault).hasMessage("rank 2 (c:12) sent nothing for 30 s");
    sender.write(FramePool.bare(FrameHeader.abort(fault)));
    assertThatThrownBy(this::readFrame)
        .isInstanceOf(RingFault.class)
        .hasMessage("rank 2 (c:12) sent nothing for 30 s, another rank reports");
  }

  @Test
  void aFrameOfAnotherOperationIsAnErrorThatShowsBoth() throws Exception {
    FrameHeader other = new FrameHeader(FrameKind.BROADCAST, 2, 8, 7, 8);
    sender.write(FramePool.bare(other));
    assertThatThrownBy(this::readFrame)
        .isInstanceOf(RingFault.class)
        .hasMessage(
            "rank 0 (a:10) is out of step: it is at operation 7 (broadcast from rank 2, 8 bytes,"
                + " frame of 8), but rank 1 (b:11) is at operation 72623859790382856 (all-reduce of"
                + " floats, 4000 bytes, frame of 8)");
  }

  @Test
  void anEndOfTheStreamNamesThePreviousRank() throws Exception {
    sender.close();
    assertThatThrownBy(this::readFrame)
        .isInstanceOf(RingFault.class)
        .hasMessage("rank 0 (a:10) closed its connection");
  }

  private void readFrame() throws RingFault {
    InboundLink link = new InboundLink(ring, RingChannel.plain(receiver));
    ByteBuffer frame = new FramePool(1, 64).take(8);
    link.beginFrame();
    while (frame.hasRemaining()) {
      link.read(frame, HEADER);
    }
  }
}
