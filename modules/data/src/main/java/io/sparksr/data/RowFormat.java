package io.sparksr.data;

import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/**
 * How rows of one type are columns of a Parquet file. All columns are required and flat; arrays of
 * columns are in the schema's order.
 */
interface RowFormat<T> {
  MessageType schema();

  /** Writes one value to every column. */
  void write(T row, ColumnWriter[] columns);

  /** Reads the current value of every column; the caller moves on. */
  T read(ColumnReader[] columns);

  static void text(ColumnWriter column, String value) {
    column.write(Binary.fromString(value), 0, 0);
  }

  static void number(ColumnWriter column, int value) {
    column.write(value, 0, 0);
  }

  static void number(ColumnWriter column, long value) {
    column.write(value, 0, 0);
  }

  static void bytes(ColumnWriter column, byte[] value) {
    column.write(Binary.fromConstantByteArray(value), 0, 0);
  }

  static String text(ColumnReader column) {
    return column.getBinary().toStringUsingUTF8();
  }
}
