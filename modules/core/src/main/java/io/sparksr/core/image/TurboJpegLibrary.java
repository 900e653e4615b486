package io.sparksr.core.image;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The system's libjpeg-turbo by its TurboJPEG interface. It is looked for once per class loader, at
 * the first question, which logs the answer.
 */
public final class TurboJpegLibrary {
  /** The name of this interface's binary form, the same in releases 1.2 to 3. */
  static final String NAME = "libturbojpeg.so.0";

  /** TJPF_RGB and TJFLAG_ACCURATEDCT; interpolated chroma is the default. */
  private static final int RGB = 0;

  private static final int ACCURATE = 4096;

  private static final Logger LOG = LoggerFactory.getLogger(TurboJpegLibrary.class);

  private TurboJpegLibrary() {}

  /** What was found: the library's file, or why there is none to use. */
  private record Found(boolean isUsable, String text) {}

  /** Its initialisation fails where the library, or JNA's own, can't be loaded. */
  private static final class Functions {
    static {
      Native.register(Functions.class, NativeLibrary.getInstance(NAME));
    }

    private Functions() {}

    static native Pointer tjInitDecompress();

    static native int tjDestroy(Pointer handle);

    /** Since 2.0. Earlier ones are not used: before 1.5, damage goes without a word. */
    static native String tjGetErrorStr2(Pointer handle);

    static native int tjDecompress2(
        Pointer handle,
        Pointer jpeg,
        NativeLong size,
        Pointer pixels,
        int width,
        int pitch,
        int height,
        int format,
        int flags);
  }

  /** Runs once, under the class initialisation lock. */
  private static final class Search {
    static final Found FOUND = find();

    private Search() {}

    private static Found find() {
      try {
        Functions.tjDestroy(Functions.tjInitDecompress());
        String file = file();
        if (!agrees()) {
          LOG.info("JPEGs are decoded in Java: {} has other pixels", file);
          return new Found(false, "not used: " + file + " has other pixels");
        }
        LOG.info("where it is less work, JPEGs are decoded by {}", file);
        return new Found(true, file);
      } catch (LinkageError e) {
        // The first line: JNA lists all places where it looked.
        String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        LOG.info("JPEGs are decoded in Java: {} is not to be had ({})", NAME, why);
        return new Found(false, "not found");
      }
    }

    /** JNA knows the name alone; the linker has found the file. */
    private static String file() {
      try (Stream<String> mapped = Files.lines(Path.of("/proc/self/maps"))) {
        return mapped
            .filter(line -> line.contains("/libturbojpeg."))
            .map(line -> line.substring(line.indexOf('/')))
            .findFirst()
            .orElse(NAME);
      } catch (IOException | UncheckedIOException e) {
        return NAME;
      }
    }

    /**
     * Whether a picture of 4:2:0, with some coefficients far too large, gets the pixels that our
     * own decoder gives. They differ where its code for x86-64 is not used, and may in other
     * programs' libraries by that name.
     */
    private static boolean agrees() {
      try (InputStream in = TurboJpegLibrary.class.getResourceAsStream("turbojpeg-check.jpg");
          TurboJpeg turbo = new TurboJpeg()) {
        byte[] file = in.readAllBytes();
        JpegStructure structure = JpegStructure.of(file);
        BaselineHeader header = BaselineHeader.of(file, structure).orElseThrow();
        List<Region> all = List.of(new Region(0, 0, header.width(), header.height()));
        Optional<List<RgbImage>> expected = JpegRegions.decode(file, structure, all);
        return expected.isPresent()
            && turbo.decode(file, structure.end(), header, all).equals(expected);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (ImageException e) {
        throw new IllegalStateException("our own picture is refused", e);
      }
    }
  }

  /** Whether it is there and its pixels are right. */
  static boolean isUsable() {
    return Search.FOUND.isUsable;
  }

  /** The library's file, or why none is used. */
  public static String describe() {
    return Search.FOUND.text;
  }

  /** A decompressor, for one thread; to be freed by {@link #destroy}. */
  static Pointer create() {
    Pointer handle = Functions.tjInitDecompress();
    if (handle == null) {
      throw new OutOfMemoryError("libjpeg-turbo makes no decompressor");
    }
    return handle;
  }

  static void destroy(Pointer decompressor) {
    Functions.tjDestroy(decompressor);
  }

  /**
   * Decodes to rows of RGB without gaps.
   *
   * @param width of the JPEG
   * @param height of the JPEG
   * @return whether there was no error and no warning
   */
  static boolean decode(
      Pointer decompressor, Pointer jpeg, int length, Pointer pixels, int width, int height) {
    int pitch = width * RgbImage.CHANNELS;
    NativeLong size = new NativeLong(length, true);
    return Functions.tjDecompress2(
            decompressor, jpeg, size, pixels, width, pitch, height, RGB, ACCURATE)
        == 0;
  }
}
