package io.sparksr.collective;

import java.util.List;
import java.util.stream.IntStream;

class SoloCommunicatorTest extends CommunicatorContract {
  @Override
  List<Communicator> group(int worldSize, int timeoutMillis) {
    return List.of(new SoloCommunicator());
  }

  @Override
  IntStream worldSizes() {
    return IntStream.of(1);
  }
}
