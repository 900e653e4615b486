package io.sparksr.evaluation.report;

/**
 * The frame of an SVG chart: grid, ticks, axis titles, and positions within it. Colours come from
 * the page's style sheet, by class.
 */
final class Plot {
  /** Distance of a baseline below the middle of text of 12 units. */
  private static final double TEXT_DROP = 4;

  /** Where the frame lies within the picture, in SVG units. */
  record Area(double left, double top, double width, double height) {
    double right() {
      return left + width;
    }

    double bottom() {
      return top + height;
    }
  }

  private final Markup out;
  private final Area area;
  private final Axis horizontal;
  private final Axis vertical;

  Plot(Markup out, Area area, Axis horizontal, Axis vertical) {
    this.out = out;
    this.area = area;
    this.horizontal = horizontal;
    this.vertical = vertical;
  }

  /** Starts a picture that scales with the page; {@code label} is read out in its place. */
  static void open(Markup out, double width, double height, String label) {
    out.open(
        "svg",
        "viewBox",
        "0 0 " + Markup.number(width) + " " + Markup.number(height),
        "role",
        "img",
        "aria-label",
        label,
        "class",
        "chart");
  }

  double x(double value) {
    return area.left() + horizontal.position(value) * area.width();
  }

  double y(double value) {
    return area.bottom() - vertical.position(value) * area.height();
  }

  /** Grid lines and labels at the ticks of the vertical axis, and its title, turned. */
  void verticalAxis(String title) {
    for (Axis.Tick tick : vertical.ticks()) {
      double y = y(tick.value());
      line("grid", area.left(), y, area.right(), y);
      text("tick end", area.left() - 8, y + TEXT_DROP, tick.label());
    }
    double middle = area.top() + area.height() / 2;
    String turned = "rotate(-90 14 " + Markup.number(middle) + ")";
    out.element(
        "text",
        title,
        "class",
        "axis-title middle",
        "x",
        "14",
        "y",
        Markup.number(middle + TEXT_DROP),
        "transform",
        turned);
  }

  /** Grid lines at the ticks of the horizontal axis. */
  void horizontalGrid() {
    for (Axis.Tick tick : horizontal.ticks()) {
      line("grid", x(tick.value()), area.top(), x(tick.value()), area.bottom());
    }
  }

  /** Grid lines and labels at the ticks of the horizontal axis, and its title. */
  void horizontalAxis(String title) {
    horizontalGrid();
    for (Axis.Tick tick : horizontal.ticks()) {
      text("tick middle", x(tick.value()), area.bottom() + 20, tick.label());
    }
    text("axis-title middle", area.left() + area.width() / 2, area.bottom() + 42, title);
  }

  /** The line that data stand on. */
  void base() {
    line("base", area.left(), area.bottom(), area.right(), area.bottom());
  }

  void line(String style, double x1, double y1, double x2, double y2) {
    out.empty(
        "line",
        "class",
        style,
        "x1",
        Markup.number(x1),
        "y1",
        Markup.number(y1),
        "x2",
        Markup.number(x2),
        "y2",
        Markup.number(y2));
  }

  void text(String style, double x, double y, String text) {
    out.element("text", text, "class", style, "x", Markup.number(x), "y", Markup.number(y));
  }
}
