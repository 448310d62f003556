"""The back room: what a diagnosed run looks like to Sentry."""
