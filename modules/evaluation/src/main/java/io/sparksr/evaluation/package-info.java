/** PSNR, SSIM and the protocols that say what they are measured on. No Spark, no DJL. */
package io.sparksr.evaluation;
