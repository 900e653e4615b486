package io.sparksr.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Optional;

/** What a storage refused: credentials, buckets and endpoints are the user's to mend. */
final class StorageProblem {
  /** By name: this must work where there is no Hadoop. */
  private static final String NO_RIGHT = "org.apache.hadoop.security.AccessControlException";

  private static final String S3A = "org.apache.hadoop.fs.s3a.";

  private StorageProblem() {}

  /** The failure as one line, if it or one of its causes is a storage's refusal. */
  static Optional<String> describe(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      String name = e.getClass().getName();
      if (e instanceof AccessDeniedException
          || name.equals(NO_RIGHT)
          || (e instanceof IOException && name.startsWith(S3A))) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return Optional.of(
            "the storage refused: "
                + message
                + ". Check the URI, the storage's settings (spark.hadoop.*) and the credentials");
      }
    }
    return Optional.empty();
  }
}
