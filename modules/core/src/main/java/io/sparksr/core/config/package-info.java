/**
 * Configuration: the jar's {@code reference.conf}, the user's file and {@code -D} overrides become
 * records, once, at start-up. Nobody outside this package sees a {@code Config} afterwards.
 */
package io.sparksr.core.config;
