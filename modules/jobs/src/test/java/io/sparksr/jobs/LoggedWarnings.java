package io.sparksr.jobs;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** Takes a class's warnings from the console to a list, until it is closed. */
final class LoggedWarnings implements AutoCloseable {
  private final List<String> messages = new CopyOnWriteArrayList<>();
  private final Logger logger;
  private final AbstractAppender appender =
      new AbstractAppender("warnings", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
          if (event.getLevel().equals(Level.WARN)) {
            messages.add(event.getMessage().getFormattedMessage());
          }
        }
      };

  LoggedWarnings(Class<?> of) {
    logger = (Logger) LogManager.getLogger(of);
    appender.start();
    logger.addAppender(appender);
    logger.setAdditive(false);
  }

  List<String> messages() {
    return messages;
  }

  @Override
  public void close() {
    logger.setAdditive(true);
    logger.removeAppender(appender);
  }
}
