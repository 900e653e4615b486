package io.sparksr.data;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One replica's share of a global batch, valid until the next one is asked for: its loader fills
 * the memory anew.
 *
 * @param step of the run, from 0
 * @param epoch of that step, from 0
 * @param size how many samples, N
 * @param lr (N, 3, crop size / scale, crop size / scale), float32 RGB, scaled; direct, native
 *     order, position 0
 * @param hr (N, 3, crop size, crop size), likewise
 * @param samples which they are, N
 */
public record Batch(
    long step, long epoch, int size, ByteBuffer lr, ByteBuffer hr, List<SampleId> samples) {
  /** Copies the list, not the pixels. */
  public Batch {
    samples = List.copyOf(samples);
  }
}
