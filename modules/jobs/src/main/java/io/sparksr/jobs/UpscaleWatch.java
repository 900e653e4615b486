package io.sparksr.jobs;

import io.sparksr.core.UserException;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enlarges images as they arrive in a folder: looks at it again and again, and enlarges what the
 * manifest does not hold yet. So each version of each image is enlarged once, however often the
 * watch is stopped, killed and started again. A file on a disk is left alone until a look finds it
 * as the look before did: it may still be growing.
 */
public final class UpscaleWatch {
  private static final Logger LOG = LoggerFactory.getLogger(UpscaleWatch.class);
  private static final long SLEEP_MILLIS = 100;

  private final UpscaleJob job;
  private final UpscaleJob.Request request;

  /**
   * A watch.
   *
   * @param request of a folder; it may be empty, or come to exist later. Outputs that are there are
   *     kept
   */
  public UpscaleWatch(JobContext context, UpscaleJob.Request request) {
    this.job = new UpscaleJob(context);
    this.request = request;
  }

  /**
   * Watches until told to stop.
   *
   * @param stop asked between two looks and while waiting
   * @param round hears of every look that made something
   * @throws UserException as {@link UpscaleJob#run} does; inputs that can't be enlarged are in the
   *     manifest, and are not tried again until they change
   */
  public void run(BooleanSupplier stop, Consumer<UpscaleJob.Result> round) throws IOException {
    UpscaleArrivals arrivals = new UpscaleArrivals();
    while (!stop.getAsBoolean()) {
      job.runArrived(request, arrivals)
          .ifPresent(
              result -> {
                LOG.info(
                    "{} new inputs, {} in all", result.made(), result.manifest().entries().size());
                round.accept(result);
              });
      if (!sleep(stop)) {
        return;
      }
    }
  }

  private boolean sleep(BooleanSupplier stop) {
    long end = System.nanoTime() + request.settings().watchInterval().toNanos();
    try {
      while (System.nanoTime() < end && !stop.getAsBoolean()) {
        Thread.sleep(Math.min(SLEEP_MILLIS, request.settings().watchInterval().toMillis() + 1));
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
