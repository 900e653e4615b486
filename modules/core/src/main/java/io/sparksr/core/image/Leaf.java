package io.sparksr.core.image;

/**
 * One opaque shape of the dead-leaves model.
 *
 * @param x centre in pixels from the left border
 * @param y centre in pixels from the upper border
 */
record Leaf(double x, double y, LeafShape shape, LeafPaint paint) {

  /**
   * Covers what lies below. An edge pixel is covered in proportion to how far the edge lies from
   * its centre, which for straight edges is close to the covered area.
   */
  void paint(LeafCanvas canvas) {
    double radius = shape.reach();
    int top = (int) Math.max(0, Math.floor(y - radius - 1));
    int bottom = (int) Math.min(canvas.height(), Math.ceil(y + radius + 1));
    double reach = (radius + 1) * (radius + 1);
    for (int row = top; row < bottom; row++) {
      double dy = row + 0.5 - y;
      double half = Math.sqrt(Math.max(0, reach - dy * dy));
      int left = (int) Math.max(0, Math.floor(x - half));
      int right = (int) Math.min(canvas.width(), Math.ceil(x + half));
      for (int column = left; column < right; column++) {
        double dx = column + 0.5 - x;
        double cover = 0.5 - shape.distance(dx, dy);
        if (cover > 0) {
          double light = paint.light(dx, dy);
          double texture = paint.texture(dx, dy);
          canvas.cover(row, column, Math.min(1, cover), paint, light, texture);
        }
      }
    }
  }
}
