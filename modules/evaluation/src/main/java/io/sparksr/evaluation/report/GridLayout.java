package io.sparksr.evaluation.report;

/**
 * Where the panels of a comparison lie: cells of one size, the same margin around and between them,
 * each with a panel in its middle and room for a label below. All in pixels.
 *
 * @param columns cells side by side
 * @param rows of cells
 * @param cell the size of all
 * @param margin around and between cells
 */
record GridLayout(int columns, int rows, Cell cell, int margin) {
  /** Up to so many panels stand in one row: two columns would leave a hole. */
  private static final int ONE_ROW = 3;

  private static final int COLUMNS = 2;

  /** Width over height that suits a page and a screen. */
  private static final double PLEASING_RATIO = 4.0 / 3;

  /**
   * A panel with its label.
   *
   * @param panelWidth of the panel
   * @param panelHeight of the panel
   * @param labelWidth of the widest label, which may be wider than a panel
   * @param labelHeight of the label with its distance from the panel
   */
  record Cell(int panelWidth, int panelHeight, int labelWidth, int labelHeight) {
    int width() {
      return Math.max(panelWidth, labelWidth);
    }

    int height() {
      return panelHeight + labelHeight;
    }
  }

  /** One row or two columns, whichever has the better proportions. */
  static GridLayout of(int panels, Cell cell, int margin) {
    GridLayout row = new GridLayout(panels, 1, cell, margin);
    GridLayout block = new GridLayout(COLUMNS, (panels + COLUMNS - 1) / COLUMNS, cell, margin);
    return panels <= ONE_ROW || row.distance() < block.distance() ? row : block;
  }

  private double distance() {
    return Math.abs(Math.log((double) width() / height() / PLEASING_RATIO));
  }

  /** Of the whole picture. */
  long width() {
    return margin + (long) columns * (cell.width() + margin);
  }

  /** Of the whole picture. */
  long height() {
    return margin + (long) rows * (cell.height() + margin);
  }

  /** The left edge of a panel; panels count from 0, row by row. */
  int panelLeft(int panel) {
    return centre(panel) - cell.panelWidth / 2;
  }

  /** The upper edge of a panel. */
  int panelTop(int panel) {
    return margin + panel / columns * (cell.height() + margin);
  }

  /** The middle of a panel, under which its label is centred. */
  int centre(int panel) {
    return margin + panel % columns * (cell.width() + margin) + cell.width() / 2;
  }
}
