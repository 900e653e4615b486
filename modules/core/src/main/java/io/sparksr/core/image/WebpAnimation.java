package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The first frame of an animated WebP as a file of its own: the decoder knows still ones only. */
final class WebpAnimation {
  private static final int FIRST_CHUNK = 12;
  private static final int FLAGS = 20;
  private static final int CANVAS = 24;
  private static final int IS_ANIMATED = 0x02;
  private static final int HAS_ALPHA = 0x10;
  private static final int FRAME_HEADER = 16;

  private WebpAnimation() {}

  /**
   * The file itself if it is a still image, else its first frame.
   *
   * @throws ImageException UNSUPPORTED if that frame leaves part of the canvas free
   */
  static byte[] still(byte[] file) throws ImageException {
    ByteView view = ByteView.littleEndian(file);
    boolean isAnimated = view.holds(FIRST_CHUNK, "VP8X") && (view.u8(FLAGS) & IS_ANIMATED) != 0;
    if (!isAnimated) {
      return file;
    }
    long position = FIRST_CHUNK;
    while (!view.holds(position, "ANMF")) {
      long length = view.u32(position + 4);
      view.require(position + 8, length);
      position += 8 + length + length % 2;
    }
    int frame = (int) position + 8;
    int length = (int) view.u32(position + 4);
    view.require(frame, length);
    boolean isWhole =
        view.u24(frame) == 0
            && view.u24(frame + 3) == 0
            && view.u24(frame + 6) == view.u24(CANVAS)
            && view.u24(frame + 9) == view.u24(CANVAS + 3);
    if (!isWhole) {
      throw new ImageException(
          Reason.UNSUPPORTED, "is an animated WebP whose first frame does not cover it");
    }
    return still(view, frame + FRAME_HEADER, length - FRAME_HEADER);
  }

  private static byte[] still(ByteView view, int from, int length) {
    ByteArrayOutputStream body = new ByteArrayOutputStream(length + 32);
    body.writeBytes(ascii("WEBP"));
    if (view.holds(from, "ALPH")) {
      body.writeBytes(ascii("VP8X"));
      body.writeBytes(u32(10));
      body.writeBytes(u32(HAS_ALPHA));
      body.write(view.bytes(), CANVAS, 6);
    }
    body.write(view.bytes(), from, length);
    ByteArrayOutputStream file = new ByteArrayOutputStream(body.size() + 8);
    file.writeBytes(ascii("RIFF"));
    file.writeBytes(u32(body.size()));
    file.writeBytes(body.toByteArray());
    return file.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] u32(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }
}
