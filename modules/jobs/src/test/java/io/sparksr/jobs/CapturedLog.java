package io.sparksr.jobs;

import java.io.StringWriter;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;

/** What all libraries log at level INFO and above, until this is closed. */
final class CapturedLog implements AutoCloseable {
  private final StringWriter text = new StringWriter();
  private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
  private final LoggerConfig root = context.getConfiguration().getRootLogger();
  private final Level before = root.getLevel();
  private final Appender capture =
      WriterAppender.newBuilder()
          .setName("captured")
          .setTarget(text)
          .setLayout(PatternLayout.newBuilder().withPattern("%p %c %m%n%ex").build())
          .build();

  CapturedLog() {
    capture.start();
    limitOthers(before);
    root.addAppender(capture, Level.INFO, null);
    root.setLevel(Level.INFO);
    context.updateLoggers();
  }

  /** The others go on with what they had. */
  private void limitOthers(Level level) {
    for (Appender appender : root.getAppenders().values()) {
      root.removeAppender(appender.getName());
      root.addAppender(appender, level, null);
    }
  }

  String text() {
    return text.toString();
  }

  @Override
  public void close() {
    root.removeAppender(capture.getName());
    root.setLevel(before);
    context.updateLoggers();
    capture.stop();
  }
}
