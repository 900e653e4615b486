package io.sparksr.evaluation.report;

import io.sparksr.core.UserException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.evaluation.Score;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.List;
import java.util.Optional;

/**
 * Pictures of one size side by side on white, in one row or two columns, each with its name and
 * scores below: a comparison for a paper or a page.
 */
public final class ComparisonGrid {
  private static final Color HAIRLINE = new Color(0xd8d8d8);
  private static final String LEGEND = "PSNR dB / SSIM";
  private static final double LETTERS_PER_PANEL = 18;
  private static final int SMALLEST_LETTER = 14;
  private static final int LARGEST_LETTER = 48;
  private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

  private final int zoom;

  /**
   * A grid.
   *
   * @param zoom how many pixels wide and high each pixel of a panel is drawn
   * @throws UserException (configuration) if the zoom is below 1, or this Java can't draw text
   */
  public ComparisonGrid(int zoom) {
    if (zoom < 1) {
      throw UserException.configuration("--zoom: must be at least 1, got " + zoom);
    }
    this.zoom = zoom;
    LabelFonts.of(SMALLEST_LETTER);
  }

  /**
   * One picture.
   *
   * @param name the first line of its label
   * @param picture of the same size as all others
   * @param score the second line; where other panels have one and this has none, it says what the
   *     numbers are
   */
  public record Panel(String name, RgbImage picture, Optional<Score> score) {}

  /**
   * Draws the panels row by row.
   *
   * @param panels at least one
   * @throws UserException (configuration) if the grid is larger than an image can be
   * @throws IllegalArgumentException if the pictures differ in size
   */
  public RgbImage draw(List<Panel> panels) {
    RgbImage first = panels.get(0).picture();
    for (Panel panel : panels) {
      RgbImage picture = panel.picture();
      if (picture.width() != first.width() || picture.height() != first.height()) {
        throw new IllegalArgumentException(
            panel.name() + ": " + picture + " beside a panel with " + first);
      }
    }
    long width = (long) first.width() * zoom;
    long height = (long) first.height() * zoom;
    refuseOversize(width, height);
    int letter = letter((double) width * height);
    LabelFonts fonts = LabelFonts.of(letter);
    boolean scored = panels.stream().anyMatch(panel -> panel.score().isPresent());
    int labelWidth =
        panels.stream()
            .mapToInt(p -> fonts.width(p.name(), caption(p, scored)))
            .max()
            .orElseThrow();
    GridLayout layout =
        GridLayout.of(
            panels.size(),
            new GridLayout.Cell((int) width, (int) height, labelWidth, fonts.height(scored)),
            letter * 3 / 2);
    refuseOversize(layout.width(), layout.height());
    return draw(panels, layout, fonts, scored);
  }

  private RgbImage draw(List<Panel> panels, GridLayout layout, LabelFonts fonts, boolean scored) {
    BufferedImage canvas =
        new BufferedImage(
            (int) layout.width(), (int) layout.height(), BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = LabelFonts.graphics(canvas);
    try {
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, canvas.getWidth(), canvas.getHeight());
      for (int i = 0; i < panels.size(); i++) {
        Panel panel = panels.get(i);
        int left = layout.panelLeft(i);
        int top = layout.panelTop(i);
        // Just outside: a picture that is white at its edge still has one.
        graphics.setColor(HAIRLINE);
        graphics.drawRect(
            left - 1, top - 1, layout.cell().panelWidth() + 1, layout.cell().panelHeight() + 1);
        fonts.draw(
            graphics,
            panel.name(),
            caption(panel, scored),
            layout.centre(i),
            top + layout.cell().panelHeight());
      }
    } finally {
      graphics.dispose();
    }
    byte[] pixels = ((DataBufferByte) canvas.getRaster().getDataBuffer()).getData();
    swapRedAndBlue(pixels);
    RgbImage grid = new RgbImage(canvas.getWidth(), canvas.getHeight(), pixels);
    for (int i = 0; i < panels.size(); i++) {
      paste(panels.get(i).picture(), grid, layout.panelLeft(i), layout.panelTop(i));
    }
    return grid;
  }

  private void paste(RgbImage picture, RgbImage grid, int left, int top) {
    byte[] source = picture.pixels();
    byte[] target = grid.pixels();
    int rowBytes = picture.width() * zoom * RgbImage.CHANNELS;
    for (int y = 0; y < picture.height() * zoom; y++) {
      int out = ((top + y) * grid.width() + left) * RgbImage.CHANNELS;
      if (y % zoom > 0) {
        System.arraycopy(target, out - grid.width() * RgbImage.CHANNELS, target, out, rowBytes);
        continue;
      }
      int in = y / zoom * picture.width() * RgbImage.CHANNELS;
      for (int x = 0; x < picture.width() * zoom; x++) {
        System.arraycopy(source, in + x / zoom * RgbImage.CHANNELS, target, out, RgbImage.CHANNELS);
        out += RgbImage.CHANNELS;
      }
    }
  }

  /** Grows with the panels: the label of a large picture is read from as far as the picture. */
  private static int letter(double panelPixels) {
    double size = Math.sqrt(panelPixels) / LETTERS_PER_PANEL;
    return (int) Math.round(Math.max(SMALLEST_LETTER, Math.min(LARGEST_LETTER, size)));
  }

  private static String caption(Panel panel, boolean scored) {
    return panel.score().map(ScoreText::both).orElse(scored ? LEGEND : "");
  }

  private static void swapRedAndBlue(byte[] pixels) {
    for (int i = 0; i < pixels.length; i += RgbImage.CHANNELS) {
      byte blue = pixels[i];
      pixels[i] = pixels[i + 2];
      pixels[i + 2] = blue;
    }
  }

  private static void refuseOversize(long width, long height) {
    if (width > MOST_BYTES / RgbImage.CHANNELS / height) {
      throw UserException.configuration(
          "--zoom: a grid of "
              + width
              + "x"
              + height
              + " pixels is more than one image may hold. Use a smaller --zoom, or --crop");
    }
  }
}
