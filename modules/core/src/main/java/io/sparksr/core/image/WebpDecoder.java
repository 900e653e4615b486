package io.sparksr.core.image;

import io.sparksr.core.image.ImageException.Reason;

/**
 * WebP by OpenCV, whose libwebp upsamples chroma as Pillow's does; TwelveMonkeys' decoder does not.
 * Of an animation, the first frame.
 */
final class WebpDecoder implements FormatDecoder {
  private static final int FIRST_CHUNK = 12;
  private static final int PAYLOAD = 20;

  @Override
  public ImageHeader header(byte[] bytes) throws ImageException {
    ByteView view = ByteView.littleEndian(bytes);
    view.require(PAYLOAD, 10);
    if (view.holds(FIRST_CHUNK, "VP8 ")) {
      if (view.u24(PAYLOAD + 3) != 0x2A019D) {
        throw new ImageException(Reason.CORRUPT, "has no VP8 start code");
      }
      return new ImageHeader(
          view.u16(PAYLOAD + 6) & 0x3FFF, view.u16(PAYLOAD + 8) & 0x3FFF, "webp", "RGB");
    }
    if (view.holds(FIRST_CHUNK, "VP8L")) {
      if (view.u8(PAYLOAD) != 0x2F) {
        throw new ImageException(Reason.CORRUPT, "has no VP8L signature");
      }
      long bits = view.u32(PAYLOAD + 1);
      boolean hasAlpha = (bits >> 28 & 1) == 1;
      return new ImageHeader(
          (int) (bits & 0x3FFF) + 1,
          (int) (bits >> 14 & 0x3FFF) + 1,
          "webp",
          hasAlpha ? "RGBA" : "RGB");
    }
    if (view.holds(FIRST_CHUNK, "VP8X")) {
      return extended(view);
    }
    throw new ImageException(Reason.CORRUPT, "does not begin with a WebP image chunk");
  }

  private static ImageHeader extended(ByteView view) throws ImageException {
    int flags = view.u8(PAYLOAD);
    return new ImageHeader(
        view.u24(PAYLOAD + 4) + 1,
        view.u24(PAYLOAD + 7) + 1,
        "webp",
        (flags & 0x10) != 0 ? "RGBA" : "RGB");
  }

  @Override
  public RgbImage decode(byte[] bytes, ImageHeader header) throws ImageException {
    ByteView view = ByteView.littleEndian(bytes);
    view.require(8, view.u32(4));
    return OpenCv.decode(WebpAnimation.still(bytes), header);
  }
}
