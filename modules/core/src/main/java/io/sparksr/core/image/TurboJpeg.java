package io.sparksr.core.image;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decodes whole baseline JPEGs by {@link TurboJpegLibrary} and cuts regions from them. For one
 * thread; holds native memory for the largest file and image so far until it is closed.
 */
final class TurboJpeg implements AutoCloseable {
  /** More pixels than this would take more than 12 MiB for each thread. */
  static final int MOST_PIXELS = 1 << 22;

  /** Files are not larger than that many bytes for each of those pixels, unless full of notes. */
  private static final int MOST_BYTES = 3 * MOST_PIXELS;

  private final Pointer decompressor = TurboJpegLibrary.create();
  private final Buffer file = new Buffer();
  private final Buffer pixels = new Buffer();

  /** Native memory that grows when needed. */
  private static final class Buffer implements AutoCloseable {
    private Memory memory;
    private ByteBuffer view;

    /** At least so many bytes; their content is undefined. */
    Memory ofAtLeast(int bytes) {
      if (memory == null || memory.size() < bytes) {
        close();
        memory = new Memory(bytes);
        view = memory.getByteBuffer(0, bytes);
      }
      return memory;
    }

    @Override
    public void close() {
      if (memory != null) {
        view = null;
        memory.close();
        memory = null;
      }
    }
  }

  /**
   * Whether this decodes such files, with the pixels of every libjpeg-turbo.
   *
   * @param length of the image's data within the file
   */
  static boolean takes(BaselineHeader header, int length) {
    // Chroma of half the height alone was repeated before release 2.1, and is interpolated since.
    boolean isSettled = header.chromaHeight() == 1 || header.chromaWidth() == 2;
    long size = (long) header.width() * header.height();
    return isSettled && size <= MOST_PIXELS && length <= MOST_BYTES;
  }

  /**
   * Decodes and cuts.
   *
   * @param length of the image's data within the bytes
   * @param header of the same bytes, one that {@link #takes} accepts
   * @param regions within the image
   * @return one image per region; empty if the library found anything amiss
   */
  Optional<List<RgbImage>> decode(
      byte[] bytes, int length, BaselineHeader header, List<Region> regions) {
    int width = header.width();
    int height = header.height();
    Memory jpeg = file.ofAtLeast(length);
    jpeg.write(0, bytes, 0, length);
    Memory rgb = pixels.ofAtLeast(width * height * RgbImage.CHANNELS);
    if (!TurboJpegLibrary.decode(decompressor, jpeg, length, rgb, width, height)) {
      return Optional.empty();
    }
    List<RgbImage> images = new ArrayList<>(regions.size());
    for (Region region : regions) {
      images.add(cut(region, width));
    }
    return Optional.of(images);
  }

  private RgbImage cut(Region region, int imageWidth) {
    int rowBytes = region.width() * RgbImage.CHANNELS;
    byte[] rgb = new byte[region.height() * rowBytes];
    int from = (region.top() * imageWidth + region.left()) * RgbImage.CHANNELS;
    for (int to = 0; to < rgb.length; to += rowBytes) {
      pixels.view.get(from, rgb, to, rowBytes);
      from += imageWidth * RgbImage.CHANNELS;
    }
    return new RgbImage(region.width(), region.height(), rgb);
  }

  @Override
  public void close() {
    TurboJpegLibrary.destroy(decompressor);
    file.close();
    pixels.close();
  }
}
