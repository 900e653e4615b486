package io.sparksr.core.image;

import io.sparksr.core.image.JpegBits.Unclean;
import java.util.Arrays;

/**
 * The blocks of a baseline JPEG in the order of the file: each is either decoded or passed over.
 */
final class JpegBlocks {
  private final BaselineHeader header;
  private final JpegBits bits;
  private final InverseDct transform = new InverseDct();
  private final SaturatingDct saturating = new SaturatingDct();
  private final int[] block = new int[64];
  private final byte[] samples = new byte[64];
  private final int[] means;
  private boolean isFar;
  private int untilRestart;
  private int restarts;

  JpegBlocks(byte[] bytes, BaselineHeader header) {
    this.header = header;
    this.bits = new JpegBits(bytes, header.data());
    this.means = new int[header.components().size()];
    this.untilRestart = header.restartInterval();
  }

  /** Before the blocks of a unit: those of all components for one patch of the image. */
  void beginUnit() throws Unclean {
    if (header.restartInterval() == 0) {
      return;
    }
    if (untilRestart == 0) {
      bits.restart(restarts++ & 7);
      Arrays.fill(means, 0);
      untilRestart = header.restartInterval();
    }
    untilRestart--;
  }

  /** Passes over the next block, which is of component {@code c}. */
  void skip(int c) throws Unclean {
    BaselineHeader.Component component = header.components().get(c);
    means[c] += bits.dcDifference(component.dc());
    bits.skipAc(component.ac(), component.skips());
  }

  /**
   * Decodes the next block, which is of component {@code c}.
   *
   * @return 64 samples in rows, valid until the next call
   */
  byte[] decode(int c) throws Unclean {
    BaselineHeader.Component component = header.components().get(c);
    means[c] += bits.dcDifference(component.dc());
    long mean = (long) means[c] * component.quantisation()[0];
    block[0] = (short) mean;
    int last = bits.readAc(component.ac(), component.quantisation(), block);
    long magnitude = Math.abs(mean) + bits.magnitude();
    if (magnitude <= SaturatingDct.NEVER) {
      transform.apply(block, last, samples);
    } else {
      isFar |= saturating.apply(block, samples) || magnitude > Short.MAX_VALUE;
    }
    return samples;
  }

  /**
   * Whether values of a block so far were out of all range, as in damaged files. Then {@link
   * #decode} gives what libjpeg-turbo's code for x86-64 gives, but other decoders may not.
   */
  boolean isFar() {
    return isFar;
  }
}
