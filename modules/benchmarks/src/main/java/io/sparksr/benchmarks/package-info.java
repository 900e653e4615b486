/** Mains that measure this project, beside a Python program where there is one to compare with. */
package io.sparksr.benchmarks;
