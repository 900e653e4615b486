/**
 * What tests share: the location of optional reference data, made-up images, a minimal reader of
 * NumPy arrays.
 */
package io.sparksr.testkit;
