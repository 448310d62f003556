#!/bin/sh
# What `make try` shows: a job that fails, run under sentinel-run with no server and no DSN, and the run it recorded.
set -u
sentinel_run=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")/.." || exit 1
SENTINEL_RUN_STATE_DIR=$(mktemp -d)
export SENTINEL_RUN_STATE_DIR
unset SENTRY_DSN SENTINEL_RUN_DSN
trap 'rm -rf "$SENTINEL_RUN_STATE_DIR"' EXIT

echo '$ sentinel-run -- examples/nightly-backup.sh'
"$sentinel_run" -- examples/nightly-backup.sh
status=$?
printf '\n$ echo $?\n%s\n\n$ sentinel-run show\n' "$status"
"$sentinel_run" show || exit 1
printf '\n$ sentinel-run history\n'
"$sentinel_run" history || exit 1
printf '\nNow with a command of yours: %s -- COMMAND\n' "$1"
test "$status" -eq 1
