package io.sparksr.collective;

import java.util.List;

/** The ring with the default chunks, which hold most of the messages here whole. */
class RingCommunicatorTest extends GroupContract {
  @Override
  List<RingCommunicator> group(int worldSize, int timeoutMillis) {
    int chunkBytes = RingSettings.defaults().chunkBytes();
    return Rings.connect(worldSize, new RingSettings(timeoutMillis, 10_000, chunkBytes));
  }
}
