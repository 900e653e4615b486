package io.sparksr.core.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sparksr.core.UserException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Records to JSON documents and back. Readers ignore keys they do not know, so that a document may
 * grow; a record's compact constructor checks what it needs.
 */
public final class JsonCodec {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private JsonCodec() {}

  /** An indented document with a final line feed. */
  public static byte[] document(Object value) {
    try {
      String text = MAPPER.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
      return (text + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not serializable as JSON: " + value.getClass(), e);
    }
  }

  /** One line of JSON without a line feed. */
  public static String line(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not serializable as JSON: " + value.getClass(), e);
    }
  }

  /**
   * Parses a document.
   *
   * @param source where it comes from, for the error message
   * @throws UserException (input) if it is not JSON or not of this type
   */
  public static <T> T parse(byte[] json, Class<T> type, String source) {
    try {
      return MAPPER.readValue(json, type);
    } catch (IOException e) {
      String reason =
          e instanceof JsonProcessingException p ? p.getOriginalMessage() : e.getMessage();
      throw UserException.input(
          source
              + ": not a valid "
              + type.getSimpleName()
              + " document ("
              + firstLine(reason)
              + ")",
          e);
    }
  }

  /**
   * Reads a document that must exist.
   *
   * @param remedy what the user should do where it is missing
   * @throws UserException (input) if it is missing, not JSON or not of this type
   */
  public static <T> T read(FileStore files, String uri, Class<T> type, String remedy)
      throws IOException {
    byte[] json;
    try {
      json = files.readBytes(uri);
    } catch (FileNotFoundException e) {
      throw UserException.input(uri + ": not found. " + remedy, e);
    }
    return parse(json, type, uri);
  }

  private static String firstLine(String text) {
    return text == null ? "no details" : text.lines().findFirst().orElse("no details");
  }
}
