package io.sparksr.evaluation;

/**
 * Means over a sliding window of two planes, of their squares and of their product, row by row from
 * the top. An instance serves one pass of one thread.
 */
abstract class WindowMoments {
  static final int MEAN_A = 0;
  static final int MEAN_B = 1;

  /** Of a² + b²: SSIM needs the two variances only in sum. */
  static final int MEAN_SQUARES = 2;

  static final int MEAN_PRODUCT = 3;
  static final int MOMENTS = 4;

  private final Plane a;
  private final Plane b;
  private final int taps;
  private int y;

  /**
   * Starts above the first row.
   *
   * @param taps side of the window
   */
  WindowMoments(Plane a, Plane b, int taps) {
    this.a = a;
    this.b = b;
    this.taps = taps;
  }

  /**
   * Fills in the next row of windows that lie wholly within the planes.
   *
   * @param means (MOMENTS, width - taps + 1)
   */
  final void next(double[][] means) {
    int last = Math.max(y + 1, taps);
    while (y < last) {
      advance(y++);
    }
    collect(y - 1, means);
  }

  /** Takes in one more row of the planes. */
  abstract void advance(int row);

  /** The means of the windows whose lowest row is the one taken in last. */
  abstract void collect(int row, double[][] means);

  /** One row of a, b, a² + b² and ab. */
  final void multiply(int row, double[][] products) {
    int width = a.width();
    System.arraycopy(a.values(), row * width, products[MEAN_A], 0, width);
    System.arraycopy(b.values(), row * width, products[MEAN_B], 0, width);
    multiply(products[MEAN_A], products[MEAN_B], products[MEAN_SQUARES], products[MEAN_PRODUCT]);
  }

  /** Small loops over whole arrays, each storing once or twice, are what HotSpot vectorises. */
  private static void multiply(double[] a, double[] b, double[] squares, double[] product) {
    for (int x = 0; x < product.length; x++) {
      squares[x] = a[x] * a[x] + b[x] * b[x];
    }
    for (int x = 0; x < product.length; x++) {
      product[x] = a[x] * b[x];
    }
  }
}
