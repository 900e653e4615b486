package io.sparksr.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/**
 * The end of a Parquet file with the encodings of each column in ascending order. Parquet's writer
 * lists them as a hash set of enum constants has them, and so in an order that differs between
 * processes.
 */
final class StableFooter {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  private StableFooter() {}

  /**
   * Orders the encodings.
   *
   * @param end the last bytes of a file, from before the footer on: whatever precedes it, the
   *     footer, its length and the magic number
   * @return as many bytes
   */
  static byte[] of(byte[] end) throws IOException {
    int lengthAt = end.length - MAGIC.length - Integer.BYTES;
    int length = ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).getInt(lengthAt);
    int start = lengthAt - length;
    FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(end, start, length));
    for (RowGroup group : footer.getRow_groups()) {
      for (ColumnChunk column : group.getColumns()) {
        ColumnMetaData metadata = column.getMeta_data();
        List<Encoding> encodings = new ArrayList<>(metadata.getEncodings());
        encodings.sort(Comparator.comparingInt(Encoding::getValue));
        metadata.setEncodings(encodings);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(end.length);
    out.write(end, 0, start);
    Util.writeFileMetaData(footer, out);
    byte[] size = new byte[Integer.BYTES];
    ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN).putInt(out.size() - start);
    out.writeBytes(size);
    out.writeBytes(MAGIC);
    return out.toByteArray();
  }
}
