package io.sparksr.evaluation.report;

import io.sparksr.core.UserException;
import java.awt.AWTError;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** The two lines of a label: a name, and a smaller, paler caption. */
final class LabelFonts {
  private static final Color NAME = new Color(0x1a1a1a);
  private static final Color CAPTION = new Color(0x5a5a5a);
  private static final float CAPTION_SIZE = 0.85f;

  private final FontMetrics name;
  private final FontMetrics caption;

  private LabelFonts(FontMetrics name, FontMetrics caption) {
    this.name = name;
    this.caption = caption;
  }

  /**
   * The fonts of a size.
   *
   * @param size of the name in pixels
   * @throws UserException (configuration) if this Java can't draw text
   */
  static LabelFonts of(int size) {
    try {
      Font font = new Font(Font.SANS_SERIF, Font.PLAIN, size);
      Graphics2D graphics = graphics(new BufferedImage(1, 1, BufferedImage.TYPE_3BYTE_BGR));
      try {
        return new LabelFonts(
            graphics.getFontMetrics(font),
            graphics.getFontMetrics(font.deriveFont(size * CAPTION_SIZE)));
      } finally {
        graphics.dispose();
      }
    } catch (InternalError | LinkageError | AWTError e) {
      // What the JDK throws without fontconfig, fonts, or its font library.
      throw UserException.configuration(
          "no fonts: this Java can't draw labels ("
              + e
              + "). Install fontconfig and a font (on Debian: fontconfig, fonts-dejavu-core), and a"
              + " Java with java.desktop");
    }
  }

  /** For drawing text and shapes smoothly; the caller disposes it. */
  static Graphics2D graphics(BufferedImage image) {
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    return graphics;
  }

  int width(String nameText, String captionText) {
    return Math.max(name.stringWidth(nameText), caption.stringWidth(captionText));
  }

  /** The height of a label, without the caption's line if no label of a grid has one. */
  int height(boolean captioned) {
    return gap() + name.getAscent() + (captioned ? caption.getHeight() : 0) + name.getDescent();
  }

  /** Draws a label centred under a point. */
  void draw(Graphics2D graphics, String nameText, String captionText, int centre, int top) {
    int baseline = top + gap() + name.getAscent();
    draw(graphics, name, NAME, nameText, centre, baseline);
    draw(graphics, caption, CAPTION, captionText, centre, baseline + caption.getHeight());
  }

  private static void draw(
      Graphics2D graphics, FontMetrics font, Color colour, String text, int centre, int baseline) {
    graphics.setFont(font.getFont());
    graphics.setColor(colour);
    graphics.drawString(text, centre - font.stringWidth(text) / 2, baseline);
  }

  private int gap() {
    return name.getFont().getSize() / 3;
  }
}
