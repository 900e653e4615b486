/** Errors, seeds, provenance and progress: what every module shares. No Spark, no DJL. */
package io.sparksr.core;
