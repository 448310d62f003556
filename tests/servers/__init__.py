"""Real Sentry-compatible servers on this machine, for tests, benchmarks and tries by hand."""
