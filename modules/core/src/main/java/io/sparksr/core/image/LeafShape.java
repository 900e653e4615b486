package io.sparksr.core.image;

import java.util.SplittableRandom;

/**
 * An outline around the origin. Shapes of one radius have about the area of the disc of that
 * radius.
 */
interface LeafShape {

  /** Signed distance to the outline in pixels, negative inside. */
  double distance(double x, double y);

  /** Radius of a circle around the origin that holds the shape. */
  double reach();

  /** A disc, a rotated box or a convex polygon. */
  static LeafShape random(SplittableRandom random, double radius) {
    return switch (random.nextInt(3)) {
      case 0 -> new Disc(radius);
      case 1 -> Box.random(random, radius);
      default -> Polygon.random(random, radius);
    };
  }

  /** A circle. */
  record Disc(double radius) implements LeafShape {
    @Override
    public double distance(double x, double y) {
      return Math.sqrt(x * x + y * y) - radius;
    }

    @Override
    public double reach() {
      return radius;
    }
  }

  /** A rotated rectangle. */
  record Box(double cos, double sin, double halfLength, double halfWidth) implements LeafShape {
    static Box random(SplittableRandom random, double radius) {
      double angle = random.nextDouble() * Math.PI;
      double aspect = 0.4 + 0.6 * random.nextDouble();
      double halfLength = radius * Math.sqrt(Math.PI / (4 * aspect));
      return new Box(StrictMath.cos(angle), StrictMath.sin(angle), halfLength, halfLength * aspect);
    }

    @Override
    public double distance(double x, double y) {
      return Math.max(
          Math.abs(x * cos + y * sin) - halfLength, Math.abs(y * cos - x * sin) - halfWidth);
    }

    @Override
    public double reach() {
      return Math.sqrt(halfLength * halfLength + halfWidth * halfWidth);
    }
  }

  /** A convex polygon: within all its edges' half-planes {@code x nx + y ny <= offset}. */
  record Polygon(double[] normalX, double[] normalY, double[] offset, double reach)
      implements LeafShape {

    /** Three to eight corners on a circle, at uneven angles. */
    static Polygon random(SplittableRandom random, double radius) {
      double reach = 1.2 * radius;
      int corners = 3 + random.nextInt(6);
      double turn = random.nextDouble();
      double[] angles = new double[corners + 1];
      for (int i = 0; i < corners; i++) {
        angles[i] = 2 * Math.PI * (turn + (i + 0.6 * random.nextDouble()) / corners);
      }
      angles[corners] = angles[0] + 2 * Math.PI;
      double[] normalX = new double[corners];
      double[] normalY = new double[corners];
      double[] offset = new double[corners];
      for (int i = 0; i < corners; i++) {
        double middle = (angles[i] + angles[i + 1]) / 2;
        normalX[i] = StrictMath.cos(middle);
        normalY[i] = StrictMath.sin(middle);
        offset[i] = reach * StrictMath.cos((angles[i + 1] - angles[i]) / 2);
      }
      return new Polygon(normalX, normalY, offset, reach);
    }

    @Override
    public double distance(double x, double y) {
      double distance = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < offset.length; i++) {
        distance = Math.max(distance, x * normalX[i] + y * normalY[i] - offset[i]);
      }
      return distance;
    }
  }
}
