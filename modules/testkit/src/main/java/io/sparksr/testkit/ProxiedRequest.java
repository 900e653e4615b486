package io.sparksr.testkit;

/**
 * One request as a {@link FaultyHttpProxy} saw it.
 *
 * @param number from 0, in the order of arrival over all connections
 * @param method for instance {@code GET}
 * @param target path and query as sent
 * @param range value of the header {@code Range}, empty without one
 */
public record ProxiedRequest(long number, String method, String target, String range) {}
