package io.sparksr.core.io;

import java.io.IOException;
import java.io.InputStream;

/** A stream that can be read from any position, as Parquet's footers and row groups need. */
public abstract class SeekableInput extends InputStream {

  /** The offset of the next byte. */
  public abstract long position() throws IOException;

  /** Moves to an offset of at most {@link #length()}. */
  public abstract void seek(long offset) throws IOException;

  /** The size of the file in bytes. */
  public abstract long length() throws IOException;
}
