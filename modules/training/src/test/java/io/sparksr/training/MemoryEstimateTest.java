package io.sparksr.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparksr.nn.NetworkSettings;
import io.sparksr.nn.Precision;
import org.junit.jupiter.api.Test;

class MemoryEstimateTest {
  private static final double MB = 1e6;
  private static final NetworkSettings PAPER = new NetworkSettings("srresnet", 64, 16, 9, 3, 4);

  @Test
  void theSizeOfThePaperIsWhatWasMeasured() {
    assertThat(MemoryEstimate.bytes(PAPER, Precision.FP32, 96, 16) / MB).isBetween(800.0, 870.0);
  }

  @Test
  void activationsGrowWithTheBatchAndShrinkWithThePrecision() {
    double one = MemoryEstimate.bytes(PAPER, Precision.FP32, 96, 1) / MB;
    double many = MemoryEstimate.bytes(PAPER, Precision.FP32, 96, 17) / MB;
    double half = MemoryEstimate.bytes(PAPER, Precision.BF16, 96, 17) / MB;
    assertThat(many - one).isBetween(500.0, 700.0);
    assertThat(many - half).isCloseTo((many - one) * 17 / 16 / 2, within(1.0));
  }
}
