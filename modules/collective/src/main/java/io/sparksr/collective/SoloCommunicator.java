package io.sparksr.collective;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.List;

/** A group of one rank: every sum is already there. */
public final class SoloCommunicator implements Communicator {
  private volatile boolean closed;

  /** A group of its own. */
  public SoloCommunicator() {}

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int worldSize() {
    return 1;
  }

  @Override
  public void allReduceSum(FloatBuffer values) {
    requireOpen();
    BufferChecks.requireWritable(values);
  }

  @Override
  public void allReduceSum(DoubleBuffer values) {
    requireOpen();
    BufferChecks.requireWritable(values);
  }

  @Override
  public void broadcast(ByteBuffer values, int root) {
    requireOpen();
    BufferChecks.requireBroadcast(values, root, 0, 1);
  }

  @Override
  public void barrier() {
    requireOpen();
  }

  @Override
  public List<byte[]> allGather(byte[] small) {
    requireOpen();
    return List.of(small.clone());
  }

  @Override
  public void close() {
    closed = true;
  }

  private void requireOpen() {
    if (closed) {
      throw new CommunicationException(0, "rank 0 has closed its communicator", null);
    }
  }
}
