package io.sparksr.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Ranks in different processes, joined to a ring of TCP connections: each receives from the one
 * before it and sends to the one after it. An all-reduce moves 2 (N - 1) / N times the message
 * through each connection, however many ranks there are, and stages six chunks, however long the
 * message is. Everything happens in the caller's thread.
 *
 * <p>Connections prove that they belong to the run. Between listeners opened by {@link
 * RingListener#openEncrypted} they are TLS 1.3, and each end accepts the other's certificate of
 * this run only; else their content is neither encrypted nor authenticated.
 */
public final class RingCommunicator implements Communicator {
  private final RingMembership ring;
  private final RingPipeline pipeline;
  private final Bf16Block block = new Bf16Block();
  private CommunicationException broken;
  private volatile boolean closed;

  private RingCommunicator(RingMembership ring, RingPipeline pipeline) {
    this.ring = ring;
    this.pipeline = pipeline;
  }

  /**
   * Joins the ring; returns once all ranks have joined. Connections that do not prove within a few
   * seconds that they belong to this run are dropped and logged; they delay nobody.
   *
   * @param rank this rank
   * @param peers addresses by rank, the same list on every rank; this rank's is its listener's
   * @param secret at least 16 random bytes, made for this run alone, the same on every rank
   * @param listener taken over, and closed in any case
   * @param settings the same chunk size on every rank
   * @throws IllegalArgumentException if there is no such rank or the secret is too short
   * @throws CommunicationException if a neighbour cannot be reached, does not connect in time, or
   *     does not belong to the run
   */
  public static RingCommunicator connect(
      int rank,
      List<PeerAddress> peers,
      byte[] secret,
      RingListener listener,
      RingSettings settings) {
    try (listener) {
      RingMembership ring = new RingMembership(rank, peers, settings);
      RingProof proof = new RingProof(secret, ring);
      if (ring.worldSize() == 1) {
        return new RingCommunicator(ring, null);
      }
      RingCommunicator communicator = new RingCommunicator(ring, pipeline(ring, proof, listener));
      communicator.run(communicator.meeting(), settings.connectTimeoutMillis());
      return communicator;
    }
  }

  private static RingPipeline pipeline(
      RingMembership ring, RingProof proof, RingListener listener) {
    try (RingConnector connector = new RingConnector(ring, proof, listener)) {
      return connector.connect();
    } catch (RingFault e) {
      throw new CommunicationException(e.rank(), e.getMessage(), e);
    } catch (IOException e) {
      throw new CommunicationException(
          ring.rank(), ring.describe(ring.rank()) + " cannot join the ring: " + e, e);
    }
  }

  @Override
  public int rank() {
    return ring.rank();
  }

  @Override
  public int worldSize() {
    return ring.worldSize();
  }

  @Override
  public void allReduceSum(FloatBuffer values) {
    BufferChecks.requireWritable(values);
    allReduce(Summands.of(values));
  }

  @Override
  public void allReduceGradients(FloatBuffer values) {
    BufferChecks.requireWritable(values);
    boolean rounded = ring.settings().wire() == WireFormat.BF16;
    allReduce(rounded ? new Bf16Summands(values, block) : Summands.of(values));
  }

  @Override
  public void allReduceSum(DoubleBuffer values) {
    BufferChecks.requireWritable(values);
    allReduce(Summands.of(values));
  }

  private void allReduce(Summands values) {
    requireUsable();
    if (pipeline != null) {
      run(new AllReduceOperation(ring, values));
    }
  }

  @Override
  public void broadcast(ByteBuffer values, int root) {
    BufferChecks.requireBroadcast(values, root, rank(), worldSize());
    requireUsable();
    if (pipeline != null) {
      run(new BroadcastOperation(ring, values, root));
    }
  }

  @Override
  public void barrier() {
    requireUsable();
    if (pipeline != null) {
      run(meeting());
    }
  }

  private RingOperation meeting() {
    return new GatherOperation(ring, FrameKind.BARRIER, new byte[worldSize()][0]);
  }

  @Override
  public List<byte[]> allGather(byte[] small) {
    byte[] own = small.clone();
    requireUsable();
    if (pipeline == null) {
      return List.of(own);
    }
    byte[][] sizes = new byte[worldSize()][Integer.BYTES];
    littleEndian(sizes[rank()]).putInt(0, own.length);
    run(new GatherOperation(ring, FrameKind.GATHER_SIZES, sizes));
    List<byte[]> gathered = new ArrayList<>();
    int largest = 0;
    for (int r = 0; r < worldSize(); r++) {
      int size = littleEndian(sizes[r]).getInt(0);
      gathered.add(r == rank() ? own : new byte[size]);
      largest = Math.max(largest, size);
    }
    int chunkBytes = ring.settings().chunkBytes();
    for (long from = 0; from < largest; from += chunkBytes) {
      gatherChunk(gathered, (int) from, chunkBytes);
    }
    return List.copyOf(gathered);
  }

  private void gatherChunk(List<byte[]> gathered, int from, int chunkBytes) {
    byte[][] blocks = new byte[worldSize()][];
    for (int r = 0; r < blocks.length; r++) {
      byte[] whole = gathered.get(r);
      int start = Math.min(from, whole.length);
      blocks[r] =
          Arrays.copyOfRange(whole, start, start + Math.min(chunkBytes, whole.length - start));
    }
    run(new GatherOperation(ring, FrameKind.GATHER, blocks));
    for (int r = 0; r < blocks.length; r++) {
      int start = Math.min(from, gathered.get(r).length);
      System.arraycopy(blocks[r], 0, gathered.get(r), start, blocks[r].length);
    }
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void run(RingOperation operation) {
    run(operation, ring.settings().timeoutMillis());
  }

  private void run(RingOperation operation, int timeoutMillis) {
    try {
      pipeline.run(operation, timeoutMillis);
    } catch (RingFault e) {
      if (!closed) {
        pipeline.farewell(e);
      }
      throw fail(e.rank(), e.getMessage(), e);
    } catch (IOException | ClosedSelectorException | CancelledKeyException e) {
      throw fail(rank(), ring.describe(rank()) + " lost its connections: " + e, e);
    }
  }

  private CommunicationException fail(int rank, String message, Exception cause) {
    // Closing from another thread looks like a broken connection from here.
    broken = closed ? closedHere(cause) : new CommunicationException(rank, message, cause);
    RingSockets.closeQuietly(pipeline);
    return broken;
  }

  private void requireUsable() {
    if (broken != null) {
      throw new CommunicationException(
          broken.failedRank().orElse(rank()), broken.getMessage(), broken);
    }
    if (closed) {
      throw closedHere(null);
    }
  }

  private CommunicationException closedHere(Exception cause) {
    String message = ring.describe(rank()) + " has closed its communicator";
    return new CommunicationException(rank(), message, cause);
  }

  @Override
  public void close() {
    closed = true;
    RingSockets.closeQuietly(pipeline);
  }
}
