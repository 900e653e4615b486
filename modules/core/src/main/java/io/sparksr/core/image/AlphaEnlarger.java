package io.sparksr.core.image;

import java.util.Arrays;

/**
 * Enlarges the alpha channel bicubically, band by band, to the values Pillow's {@code
 * resize(BICUBIC)} gives for the whole channel. For one thread at a time.
 */
public final class AlphaEnlarger {
  private static final int HALF = 1 << (FixedPointResampler.PRECISION_BITS - 1);

  private final ImageLayout layout;
  private final int scale;
  private final FixedPointResampler.Axis horizontal;
  private final FixedPointResampler.Axis vertical;

  /** For images of one layout, which has alpha. */
  public AlphaEnlarger(ImageLayout layout, int scale) {
    this.layout = layout;
    this.scale = scale;
    FixedPointResampler.Filter cubic = new BicubicResampler.Cubic();
    horizontal = FixedPointResampler.Axis.of(cubic, layout.width(), scale * layout.width());
    vertical = FixedPointResampler.Axis.of(cubic, layout.height(), scale * layout.height());
  }

  /**
   * The enlarged alpha of some rows.
   *
   * @param band holds these rows and, within the image, two above and below
   * @param top the first row to enlarge
   * @param rows how many
   * @return (scale rows, scale width) unsigned samples
   */
  public short[] enlarge(SampleBand band, int top, int rows) {
    int first = vertical.first()[top * scale];
    int lastTarget = (top + rows) * scale - 1;
    int end = vertical.first()[lastTarget] + vertical.count()[lastTarget];
    int width = layout.width() * scale;
    int[][] wide = new int[end - first][];
    for (int y = first; y < end; y++) {
      wide[y - first] = widened(band, y);
    }
    short[] target = new short[rows * scale * width];
    long[] sums = new long[width];
    for (int i = 0; i < rows * scale; i++) {
      int y = top * scale + i;
      Arrays.fill(sums, HALF);
      for (int k = 0; k < vertical.count()[y]; k++) {
        int[] row = wide[vertical.first()[y] + k - first];
        long weight = vertical.weights()[y * vertical.taps() + k];
        for (int x = 0; x < width; x++) {
          sums[x] += row[x] * weight;
        }
      }
      for (int x = 0; x < width; x++) {
        target[i * width + x] = (short) clip(sums[x]);
      }
    }
    return target;
  }

  private int[] widened(SampleBand band, int y) {
    int at = (y - band.top()) * layout.width() * 4 + 3;
    int[] row = new int[layout.width() * scale];
    for (int x = 0; x < row.length; x++) {
      long sum = HALF;
      for (int k = 0; k < horizontal.count()[x]; k++) {
        int value = band.samples()[at + 4 * (horizontal.first()[x] + k)] & 0xFFFF;
        sum += (long) value * horizontal.weights()[x * horizontal.taps() + k];
      }
      row[x] = clip(sum);
    }
    return row;
  }

  private int clip(long sum) {
    return (int) Math.max(0, Math.min(layout.most(), sum >> FixedPointResampler.PRECISION_BITS));
  }
}
