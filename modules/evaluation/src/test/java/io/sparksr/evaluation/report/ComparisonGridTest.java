package io.sparksr.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparksr.core.UserException;
import io.sparksr.core.image.RgbImage;
import io.sparksr.evaluation.Score;
import io.sparksr.evaluation.report.ComparisonGrid.Panel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComparisonGridTest {
  private static final int WHITE = 0xFFFFFF;

  /** For panels of up to 252 pixels a side: letters of 14 pixels, margins of 21. */
  private static final int MARGIN = 21;

  @Test
  void panelsKeepTheirPixelsBetweenEvenMargins() {
    RgbImage grid =
        new ComparisonGrid(1).draw(List.of(plain("HR", 0x102030), plain("bicubic", 0x405060)));

    assertThat(grid.width()).isEqualTo(3 * MARGIN + 2 * 200);
    for (int x = 0; x < 200; x++) {
      for (int y = 0; y < 100; y++) {
        assertThat(rgb(grid, MARGIN + x, MARGIN + y)).isEqualTo(0x102030);
        assertThat(rgb(grid, 2 * MARGIN + 200 + x, MARGIN + y)).isEqualTo(0x405060);
      }
    }
    assertThat(inkWithin(grid, 0, 0, grid.width(), MARGIN - 1)).isZero();
    assertThat(inkWithin(grid, 0, 0, MARGIN - 1, grid.height())).isZero();
    assertThat(inkWithin(grid, MARGIN + 201, 0, MARGIN - 2, grid.height())).isZero();
    assertThat(inkWithin(grid, grid.width() - MARGIN + 1, 0, MARGIN - 1, grid.height())).isZero();
    assertThat(inkWithin(grid, 0, grid.height() - MARGIN, grid.width(), MARGIN)).isZero();
  }

  @Test
  void labelsStandCentredBelowTheirPanels() {
    RgbImage grid = new ComparisonGrid(1).draw(List.of(plain("HR", 0), plain("a long name", 0)));

    int below = MARGIN + 101;
    int[] first = inkColumns(grid, 0, below, grid.width() / 2);
    int[] second = inkColumns(grid, grid.width() / 2, below, grid.width() / 2);
    assertThat(first[0] + first[1]).isBetween(2 * (MARGIN + 98), 2 * (MARGIN + 102));
    assertThat(second[1] - second[0]).isGreaterThan(3 * (first[1] - first[0]));
    assertThat(second[0] + second[1]).isBetween(2 * (2 * MARGIN + 298), 2 * (2 * MARGIN + 302));
  }

  @Test
  void scoresAddALineToEveryLabel() {
    Panel hr = plain("HR", 0);
    RgbImage names = new ComparisonGrid(1).draw(List.of(hr, plain("ours", 0)));
    RgbImage scored =
        new ComparisonGrid(1)
            .draw(
                List.of(hr, new Panel("ours", hr.picture(), Optional.of(new Score(27.4, 0.842)))));

    int more = scored.height() - names.height();
    assertThat(more).isBetween(11, 16);
    int line = scored.height() - MARGIN - more;
    assertThat(inkWithin(scored, 0, line, scored.width() / 2, more)).isPositive();
    assertThat(inkWithin(scored, scored.width() / 2, line, scored.width() / 2, more)).isPositive();
  }

  @Test
  void otherTextGivesOtherPixels() {
    assertThat(new ComparisonGrid(1).draw(List.of(plain("abc", 0))))
        .isNotEqualTo(new ComparisonGrid(1).draw(List.of(plain("abd", 0))));
  }

  @Test
  void zoomRepeatsEveryPixel() {
    byte[] pixels = new byte[100 * 70 * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 31 % 251);
    }
    RgbImage picture = new RgbImage(100, 70, pixels);

    RgbImage grid = new ComparisonGrid(2).draw(List.of(new Panel("HR", picture, Optional.empty())));

    assertThat(grid.width()).isEqualTo(2 * MARGIN + 200);
    for (int y = 0; y < 140; y++) {
      for (int x = 0; x < 200; x++) {
        assertThat(rgb(grid, MARGIN + x, MARGIN + y)).isEqualTo(rgb(picture, x / 2, y / 2));
      }
    }
  }

  @Test
  void aLabelWiderThanItsPanelIsShownWhole() {
    String name = "a name that is much wider than the panel above it";
    RgbImage grid =
        new ComparisonGrid(1)
            .draw(List.of(new Panel(name, new RgbImage(8, 8, new byte[192]), Optional.empty())));

    int[] ink = inkColumns(grid, 0, MARGIN + 10, grid.width());
    assertThat(ink[0]).isBetween(MARGIN - 2, MARGIN + 2);
    assertThat(ink[1]).isBetween(grid.width() - MARGIN - 4, grid.width() - MARGIN + 2);
    assertThat(rgb(grid, grid.width() / 2, MARGIN + 4)).isZero();
  }

  @Test
  void fourPanelsAreABlockUnlessARowHasBetterProportions() {
    assertThat(columns(4, 200, 200)).isEqualTo(2);
    assertThat(columns(4, 300, 200)).isEqualTo(2);
    assertThat(columns(4, 100, 300)).isEqualTo(4);
    assertThat(columns(2, 300, 200)).isEqualTo(2);
    assertThat(columns(3, 300, 200)).isEqualTo(3);
    assertThat(columns(6, 300, 200)).isEqualTo(2);
  }

  @Test
  void panelsFillTheBlockRowByRow() {
    GridLayout layout = GridLayout.of(4, new GridLayout.Cell(100, 80, 120, 30), 10);

    assertThat(layout.width()).isEqualTo(10 + 120 + 10 + 120 + 10);
    assertThat(layout.height()).isEqualTo(10 + 110 + 10 + 110 + 10);
    assertThat(List.of(layout.panelLeft(0), layout.panelTop(0))).containsExactly(20, 10);
    assertThat(List.of(layout.panelLeft(1), layout.panelTop(1))).containsExactly(150, 10);
    assertThat(List.of(layout.panelLeft(2), layout.panelTop(2))).containsExactly(20, 130);
    assertThat(List.of(layout.panelLeft(3), layout.panelTop(3))).containsExactly(150, 130);
  }

  @Test
  void wrongZoomsAreRefused() {
    assertThatThrownBy(() -> new ComparisonGrid(0))
        .isInstanceOf(UserException.class)
        .hasMessage("--zoom: must be at least 1, got 0");
    assertThatThrownBy(() -> new ComparisonGrid(200).draw(List.of(plain("HR", 0))))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("--zoom: a grid of 40000x20000 pixels is more than one image");
    assertThatThrownBy(() -> new ComparisonGrid(Integer.MAX_VALUE).draw(List.of(plain("HR", 0))))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("--zoom: a grid of ");
  }

  @Test
  void picturesOfDifferentSizesAreRefused() {
    Panel other = new Panel("x", new RgbImage(8, 8, new byte[192]), Optional.empty());
    assertThatThrownBy(() -> new ComparisonGrid(1).draw(List.of(plain("HR", 0), other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("x: RgbImage[8x8] beside a panel with RgbImage[200x100]");
  }

  @Test
  void aJavaWithoutFontsIsOneClearMistake() throws IOException, InterruptedException {
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-Dsun.awt.fontconfig=/nonexistent/fonts.properties",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                WithoutFonts.class.getName())
            .redirectErrorStream(true)
            .start();
    String out = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(java.waitFor()).isZero();
    assertThat(out).startsWith("no fonts: this Java can't draw labels (java.lang.");
    assertThat(out.lines()).hasSize(1);
  }

  /** Runs in a Java of its own. */
  static final class WithoutFonts {
    private WithoutFonts() {}

    public static void main(String[] args) {
      try {
        new ComparisonGrid(1).draw(List.of(plain("HR", 0)));
      } catch (UserException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private static int columns(int panels, int width, int height) {
    return GridLayout.of(panels, new GridLayout.Cell(width, height, 50, 30), 10).columns();
  }

  private static Panel plain(String name, int rgb) {
    byte[] pixels = new byte[200 * 100 * 3];
    for (int i = 0; i < pixels.length; i += 3) {
      pixels[i] = (byte) (rgb >> 16);
      pixels[i + 1] = (byte) (rgb >> 8);
      pixels[i + 2] = (byte) rgb;
    }
    return new Panel(name, new RgbImage(200, 100, pixels), Optional.empty());
  }

  private static int rgb(RgbImage image, int x, int y) {
    return image.value(x, y, 0) << 16 | image.value(x, y, 1) << 8 | image.value(x, y, 2);
  }

  private static int inkWithin(RgbImage image, int left, int top, int width, int height) {
    int ink = 0;
    for (int y = top; y < top + height; y++) {
      for (int x = left; x < left + width; x++) {
        ink += rgb(image, x, y) == WHITE ? 0 : 1;
      }
    }
    return ink;
  }

  /** The first and last column with ink below a row, within a range of columns. */
  private static int[] inkColumns(RgbImage image, int left, int top, int width) {
    int[] columns =
        IntStream.range(left, left + width)
            .filter(x -> inkWithin(image, x, top, 1, image.height() - top) > 0)
            .toArray();
    return new int[] {columns[0], Arrays.stream(columns).max().orElseThrow()};
  }
}
