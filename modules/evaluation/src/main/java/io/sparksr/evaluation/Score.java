package io.sparksr.evaluation;

import java.io.Serializable;

/**
 * How near one SR image is to its HR image.
 *
 * @param psnr peak signal-to-noise ratio in dB; positive infinity where the compared values are
 *     equal
 * @param ssim mean structural similarity, at most 1
 */
public record Score(double psnr, double ssim) implements Serializable {}
