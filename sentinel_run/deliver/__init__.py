"""The drain: journal to history and outbox, outbox to Sentry."""
