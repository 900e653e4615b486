package io.sparksr.collective;

import java.util.List;

/** The ring with tiny chunks: every message takes many groups of many chunks. */
class SmallChunkRingTest extends GroupContract {
  @Override
  List<RingCommunicator> group(int worldSize, int timeoutMillis) {
    return Rings.connect(worldSize, RingSettings.of(timeoutMillis, 10_000, 64));
  }

  @Override
  int[] sizes() {
    return new int[] {0, 1, 7, 1000, 8191};
  }
}
