package io.sparksr.core.image;

/** Whether JPEGs may be decoded by the system's own libjpeg-turbo; the pixels are the same. */
public enum NativeJpeg {
  /** Where it is installed and less work than the decoder in Java. */
  AUTO,
  /** Never. */
  OFF
}
