package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** The first frame of a GIF, on the logical screen. */
final class GifDecoder implements FormatDecoder {
  private static final int SCREEN = 6;
  private static final int BLOCKS = 13;

  /**
   * Where and how the first frame stands on the screen.
   *
   * @param colours as 0xRRGGBB; where there is no table, every index stands for its gray
   * @param background index of what the frame does not cover
   * @param isTransparent whether that index stands for no colour
   * @param data offset of the coded pixels
   */
  private record Frame(
      int left,
      int top,
      int width,
      int height,
      boolean isInterlaced,
      int[] colours,
      int background,
      boolean isTransparent,
      int data) {}

  @Override
  public ImageHeader header(byte[] bytes) throws ImageException {
    ByteView view = ByteView.littleEndian(bytes);
    Frame frame = firstFrame(view);
    boolean isGray =
        IntStream.range(0, frame.colours.length).allMatch(i -> frame.colours[i] == gray(i));
    return new ImageHeader(
        Math.max(view.u16(SCREEN), frame.left + frame.width),
        Math.max(view.u16(SCREEN + 2), frame.top + frame.height),
        "gif",
        isGray ? "L" : "P");
  }

  @Override
  public RgbImage decode(byte[] bytes, ImageHeader header) throws ImageException {
    ByteView view = ByteView.littleEndian(bytes);
    Frame frame = firstFrame(view);
    return colour(screen(view, frame, header), frame.colours, header);
  }

  /** What is not transparent, as a byte per pixel; empty without a transparent colour. */
  Optional<byte[]> alpha(byte[] bytes, ImageHeader header) throws ImageException {
    ByteView view = ByteView.littleEndian(bytes);
    Frame frame = firstFrame(view);
    if (!frame.isTransparent) {
      return Optional.empty();
    }
    byte[] plane = screen(view, frame, header);
    for (int i = 0; i < plane.length; i++) {
      plane[i] = (byte) ((plane[i] & 0xFF) == frame.background ? 0 : 255);
    }
    return Optional.of(plane);
  }

  private static byte[] screen(ByteView view, Frame frame, ImageHeader header)
      throws ImageException {
    if (frame.width == 0 || frame.height == 0) {
      throw new ImageException(Reason.CORRUPT, "has an empty first frame");
    }
    byte[] indices =
        GifPixels.decode(view, frame.data, frame.width, frame.height, frame.isInterlaced);
    byte[] screen = indices;
    if (frame.width != header.width() || frame.height != header.height()) {
      screen = new byte[header.width() * header.height()];
      Arrays.fill(screen, (byte) frame.background);
      for (int y = 0; y < frame.height; y++) {
        int to = (frame.top + y) * header.width() + frame.left;
        System.arraycopy(indices, y * frame.width, screen, to, frame.width);
      }
    }
    return screen;
  }

  private static RgbImage colour(byte[] indices, int[] colours, ImageHeader header) {
    byte[] rgb = new byte[indices.length * RgbImage.CHANNELS];
    int out = 0;
    for (byte index : indices) {
      int i = index & 0xFF;
      int colour = i < colours.length ? colours[i] : i * 0x010101;
      rgb[out++] = (byte) (colour >> 16);
      rgb[out++] = (byte) (colour >> 8);
      rgb[out++] = (byte) colour;
    }
    return new RgbImage(header.width(), header.height(), rgb);
  }

  private static Frame firstFrame(ByteView view) throws ImageException {
    int flags = view.u8(SCREEN + 4);
    int position = BLOCKS;
    int[] colours = IntStream.range(0, 256).map(GifDecoder::gray).toArray();
    if ((flags & 0x80) != 0) {
      colours = colours(view, position, 2 << (flags & 7));
      position += 3 * colours.length;
    }
    int background = 0;
    boolean isTransparent = false;
    while (true) {
      int block = view.u8(position++);
      if (block == ',') {
        return frame(view, position, colours, background, isTransparent);
      }
      if (block == ';') {
        throw new ImageException(Reason.CORRUPT, "holds no frame");
      }
      if (block == '!') {
        boolean isControl = view.u8(position) == 0xF9 && view.u8(position + 1) >= 4;
        if (isControl && (view.u8(position + 2) & 1) != 0) {
          background = view.u8(position + 5);
          isTransparent = true;
        }
        position = afterBlocks(view, position + 1);
      }
    }
  }

  private static Frame frame(
      ByteView view, int position, int[] screenColours, int background, boolean isTransparent)
      throws ImageException {
    int flags = view.u8(position + 8);
    boolean hasColours = (flags & 0x80) != 0;
    int[] colours = hasColours ? colours(view, position + 9, 2 << (flags & 7)) : screenColours;
    return new Frame(
        view.u16(position),
        view.u16(position + 2),
        view.u16(position + 4),
        view.u16(position + 6),
        (flags & 0x40) != 0,
        colours,
        background,
        isTransparent,
        position + 9 + (hasColours ? 3 * colours.length : 0));
  }

  private static int afterBlocks(ByteView view, int start) throws ImageException {
    int position = start;
    while (view.u8(position) != 0) {
      position += 1 + view.u8(position);
    }
    return position + 1;
  }

  private static int[] colours(ByteView view, int position, int count) throws ImageException {
    int[] colours = new int[count];
    ByteView rgb = ByteView.bigEndian(view.bytes());
    for (int i = 0; i < count; i++) {
      colours[i] = rgb.u24(position + 3L * i);
    }
    return colours;
  }

  private static int gray(int index) {
    return index * 0x010101;
  }
}
