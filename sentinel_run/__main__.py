"""`python -m sentinel_run`."""

from sentinel_run.entry import main

if __name__ == "__main__":
    raise SystemExit(main())
