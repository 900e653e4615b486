/** Enlarging images of any size with a trained network, tile by tile and exactly. */
package io.sparksr.inference;
