package io.sparksr.data;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;
import static org.apache.parquet.schema.Types.required;

import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.schema.ColumnOrder;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** The tables of the artefacts. Their columns are contracts: other programs read them. */
final class RowFormats {
  static final RowFormat<IndexRow> INDEX = new Index();
  static final RowFormat<RejectedRow> REJECTED = new Rejected();
  static final RowFormat<ShardRow> SHARD = new Shard();

  private RowFormats() {}

  private static Type text(String name) {
    return required(BINARY).as(stringType()).named(name);
  }

  /**
   * Pixels have no order worth a minimum and maximum, and Parquet can't shorten one that begins
   * with white: without statistics, bright images do not swell the footers.
   */
  private static Type pixels(String name) {
    return required(BINARY).columnOrder(ColumnOrder.undefined()).named(name);
  }

  private static final class Index implements RowFormat<IndexRow> {
    private static final MessageType SCHEMA =
        new MessageType(
            "image",
            text("uri"),
            text("image_id"),
            required(INT32).named("width"),
            required(INT32).named("height"),
            text("format"),
            text("mode"),
            required(INT64).named("bytes"),
            required(INT32).named("orientation"));

    @Override
    public MessageType schema() {
      return SCHEMA;
    }

    @Override
    public void write(IndexRow row, ColumnWriter[] columns) {
      RowFormat.text(columns[0], row.uri());
      RowFormat.text(columns[1], row.imageId());
      RowFormat.number(columns[2], row.width());
      RowFormat.number(columns[3], row.height());
      RowFormat.text(columns[4], row.format());
      RowFormat.text(columns[5], row.mode());
      RowFormat.number(columns[6], row.bytes());
      RowFormat.number(columns[7], row.orientation());
    }

    @Override
    public IndexRow read(ColumnReader[] columns) {
      return new IndexRow(
          RowFormat.text(columns[0]),
          RowFormat.text(columns[1]),
          columns[2].getInteger(),
          columns[3].getInteger(),
          RowFormat.text(columns[4]),
          RowFormat.text(columns[5]),
          columns[6].getLong(),
          columns[7].getInteger());
    }
  }

  private static final class Rejected implements RowFormat<RejectedRow> {
    private static final MessageType SCHEMA =
        new MessageType("rejected", text("uri"), text("image_id"), text("reason"), text("detail"));

    @Override
    public MessageType schema() {
      return SCHEMA;
    }

    @Override
    public void write(RejectedRow row, ColumnWriter[] columns) {
      RowFormat.text(columns[0], row.uri());
      RowFormat.text(columns[1], row.imageId());
      RowFormat.text(columns[2], row.reason());
      RowFormat.text(columns[3], row.detail());
    }

    @Override
    public RejectedRow read(ColumnReader[] columns) {
      return new RejectedRow(
          RowFormat.text(columns[0]),
          RowFormat.text(columns[1]),
          RowFormat.text(columns[2]),
          RowFormat.text(columns[3]));
    }
  }

  private static final class Shard implements RowFormat<ShardRow> {
    private static final MessageType SCHEMA =
        new MessageType(
            "sample",
            text("image_id"),
            required(INT32).named("epoch"),
            required(INT32).named("left"),
            required(INT32).named("top"),
            pixels("hr"),
            pixels("lr"));

    @Override
    public MessageType schema() {
      return SCHEMA;
    }

    @Override
    public void write(ShardRow row, ColumnWriter[] columns) {
      RowFormat.text(columns[0], row.imageId());
      RowFormat.number(columns[1], row.crop());
      RowFormat.number(columns[2], row.left());
      RowFormat.number(columns[3], row.top());
      RowFormat.bytes(columns[4], row.hr());
      RowFormat.bytes(columns[5], row.lr());
    }

    @Override
    public ShardRow read(ColumnReader[] columns) {
      return new ShardRow(
          RowFormat.text(columns[0]),
          columns[1].getInteger(),
          columns[2].getInteger(),
          columns[3].getInteger(),
          columns[4].getBinary().getBytes(),
          columns[5].getBinary().getBytes());
    }
  }
}
