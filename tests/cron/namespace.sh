#!/bin/sh
# Runs "$@" in a mount namespace where all that cron looks at is below ROOT: the machine's own jobs are not started.
set -eu
root=$1
shift
mkdir -p "$root/spool/crontabs" "$root/cron.d" "$root/run" "$root/sbin"
: > "$root/crontab"
chmod 1730 "$root/spool/crontabs"
cp "$(command -v cron)" "$root/sbin/cron"
mount --bind "$root/spool" /var/spool/cron
mount --bind "$root/cron.d" /etc/cron.d
mount --bind "$root/crontab" /etc/crontab
mount --bind "$root/run" /run
mount --bind "$root/sbin" /usr/sbin
exec "$@"
