package io.sparksr.core.image;

import io.sparksr.core.Seeds;
import java.util.SplittableRandom;

/**
 * Made-up photographs by the dead-leaves model: opaque shapes fall on each other until they cover
 * the ground, with sizes of density r<sup>-3</sup>, which makes the pictures statistically alike at
 * all scales. Like photographs they have a power spectrum near 1/f<sup>2</sup> and heavy-tailed
 * gradients, so a super-resolution network learns from them what edges and textures look like.
 *
 * <p>After A. B. Lee, D. Mumford and J. Huang, "Occlusion models for natural images: a statistical
 * study of a scale-invariant dead leaves model", International Journal of Computer Vision 41, 2001,
 * and M. Baradad, J. Wulff, T. Wang, P. Isola and A. Torralba, "Learning to see by looking at
 * noise", NeurIPS 2021.
 *
 * <p>An image depends on settings, seed and number only, to the bit: on any machine, in any order,
 * on any thread. Instances may be used by several threads.
 */
public final class DeadLeaves {
  private static final int GROUND_LAYERS = 2;

  private final DeadLeavesSettings settings;

  /** A maker of images that look alike. */
  public DeadLeaves(DeadLeavesSettings settings) {
    this.settings = settings;
  }

  /**
   * Makes one image.
   *
   * @param seed the run's seed
   * @param number which of the seed's images
   */
  public RgbImage image(long seed, long number) {
    SplittableRandom random = Seeds.random(seed, "dead-leaves", number);
    LeafCanvas canvas = new LeafCanvas(settings.width(), settings.height());
    paintGround(canvas, random);
    for (int i = 0; i < settings.objects(); i++) {
      leaf(random, settings.minRadius()).paint(canvas);
    }
    return canvas.develop(random, settings.noise());
  }

  /**
   * Large leaves, enough to cover the ground about {@value #GROUND_LAYERS} times; few gaps between
   * them remain for the plain colour below.
   */
  private void paintGround(LeafCanvas canvas, SplittableRandom random) {
    double whole = (double) settings.width() + settings.height();
    LeafPaint plain = LeafPaint.random(random, whole, false);
    new Leaf(0, 0, new LeafShape.Disc(2 * whole), plain).paint(canvas);
    double radius = settings.maxRadius() / 2;
    double area = (double) settings.width() * settings.height();
    double leaves = Math.ceil(GROUND_LAYERS * area / (Math.PI * radius * radius));
    for (int i = 0; i < leaves; i++) {
      leaf(random, Math.max(radius, settings.minRadius())).paint(canvas);
    }
  }

  private Leaf leaf(SplittableRandom random, double minRadius) {
    double radius = radius(random, minRadius);
    double x = random.nextDouble() * settings.width();
    double y = random.nextDouble() * settings.height();
    LeafShape shape = LeafShape.random(random, radius);
    boolean isTextured = random.nextDouble() < settings.texturedShare();
    return new Leaf(x, y, shape, LeafPaint.random(random, radius, isTextured));
  }

  /** Inverts the distribution function of the density r^-3 between the two radii. */
  private double radius(SplittableRandom random, double minRadius) {
    double most = 1 / (minRadius * minRadius);
    double least = 1 / (settings.maxRadius() * settings.maxRadius());
    return 1 / Math.sqrt(most - random.nextDouble() * (most - least));
  }
}
