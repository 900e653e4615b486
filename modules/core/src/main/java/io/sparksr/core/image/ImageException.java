package io.sparksr.core.image;

import java.util.Locale;

/** An input that can't be used as an image; counted under its reason, never fatal by itself. */
public final class ImageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why an input is not used. The label is what indexes and manifests hold. */
  public enum Reason {
    /** The file has no bytes. */
    EMPTY,
    /** The content is in no known image format, or its header can't be read. */
    NOT_AN_IMAGE,
    /** The file ends before the image does. */
    TRUNCATED,
    /** The content contradicts itself. */
    CORRUPT,
    /** A side is shorter than asked for. */
    TOO_SMALL,
    /** More pixels than allowed, or than a format or an array holds. */
    TOO_LARGE,
    /**
     * Decoding takes more memory than this process has. Unlike the others it depends on the
     * machine.
     */
    BEYOND_MEMORY,
    /** A known format in a variant that is not supported. */
    UNSUPPORTED,
    /** The storage failed; the detail holds the I/O error. */
    UNREADABLE;

    /** The reason in kebab case, for instance {@code not-an-image}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Reason reason;

  /** A reason with what was found. */
  public ImageException(Reason reason, String detail) {
    super(detail);
    this.reason = reason;
  }

  /** A reason with what was found and what revealed it. */
  public ImageException(Reason reason, String detail, Throwable cause) {
    super(detail, cause);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
