package io.sparksr.collective;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * One rank's end of a group that computes together. Every rank calls the same operations in the
 * same order with the same sizes; a call returns once this rank's part and its result are complete.
 *
 * <p>One thread at a time uses a communicator. After a {@link CommunicationException} the group is
 * broken: the content of the buffer handed in is undefined, and every later call fails alike.
 * {@link #close()} may come from any thread, ends a call in progress, and makes the other ranks'
 * calls fail unless they need this rank no more.
 */
public interface Communicator extends AutoCloseable {

  /** This rank, in [0, {@link #worldSize()}). */
  int rank();

  /** The number of ranks, at least 1. */
  int worldSize();

  /**
   * Replaces the values from position to limit by their sums over all ranks. The order of the
   * additions is fixed for each element, so all ranks end with the same bytes, and so does every
   * repetition with the same number of ranks. NaN and infinities propagate. Position and limit stay
   * as they are.
   *
   * @param values direct or on the heap, any byte order, the same number remaining on every rank;
   *     may be none
   * @throws IllegalArgumentException if the buffer is read-only
   * @throws CommunicationException if a rank fails, is silent for too long or is out of step
   */
  void allReduceSum(FloatBuffer values);

  /**
   * Like {@link #allReduceSum(FloatBuffer)}, for values that bear rounding: what travels may be
   * rounded as {@link RingSettings#wire} says; additions are in single precision, and all ranks end
   * with the same bytes. With {@link WireFormat#BF16} every partial sum, and the total, is rounded
   * to bfloat16 (nearest, ties to even): with N ranks the error of an element is at most N / 256 of
   * the sum of its absolute values.
   *
   * @param values direct or on the heap, any byte order, the same number remaining on every rank;
   *     may be none
   * @throws IllegalArgumentException if the buffer is read-only
   * @throws CommunicationException if a rank fails, is silent for too long or is out of step
   */
  default void allReduceGradients(FloatBuffer values) {
    allReduceSum(values);
  }

  /**
   * Like {@link #allReduceSum(FloatBuffer)}, in double precision: for counts and other small
   * statistics (whole numbers stay exact up to 2^53).
   *
   * @param values direct or on the heap, any byte order, the same number remaining on every rank;
   *     may be none
   * @throws IllegalArgumentException if the buffer is read-only
   * @throws CommunicationException if a rank fails, is silent for too long or is out of step
   */
  void allReduceSum(DoubleBuffer values);

  /**
   * Replaces the bytes from position to limit by those of one rank. Position and limit stay as they
   * are.
   *
   * @param values read on the root, written elsewhere; the same number remaining on every rank
   * @param root the rank whose bytes everyone gets
   * @throws IllegalArgumentException if there is no such rank, or the buffer must be written but is
   *     read-only
   * @throws CommunicationException if a rank fails, is silent for too long or is out of step
   */
  void broadcast(ByteBuffer values, int root);

  /**
   * Returns on no rank before every rank has called it.
   *
   * @throws CommunicationException if a rank fails, is silent for too long or is out of step
   */
  void barrier();

  /**
   * Everyone's bytes.
   *
   * @param small this rank's, of any size, which may differ between ranks; read before the call
   *     returns
   * @return by rank; the arrays belong to the caller
   * @throws CommunicationException if a rank fails, is silent for too long or is out of step
   */
  List<byte[]> allGather(byte[] small);

  /** Leaves the group. Closing again does nothing. */
  @Override
  void close();
}
