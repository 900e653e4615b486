/** 8-bit RGB images: decoding, encoding, exact resampling, made-up photographs. */
package io.sparksr.core.image;
