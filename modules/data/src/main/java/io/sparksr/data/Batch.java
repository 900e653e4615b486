package io.sparksr.data;

import java.util.List;

/**
 * One replica's share of a global batch. The arrays are the receiver's.
 *
 * @param step of the run, from 0
 * @param epoch of that step, from 0
 * @param size how many samples, N
 * @param lr (N, crop size / scale, crop size / scale, 3), uint8 HWC RGB
 * @param hr (N, crop size, crop size, 3), uint8 HWC RGB
 * @param samples which they are, N
 */
public record Batch(long step, long epoch, int size, byte[] lr, byte[] hr, List<SampleId> samples) {
  /** Copies the list, not the pixels. */
  public Batch {
    samples = List.copyOf(samples);
  }
}
