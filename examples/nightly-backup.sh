#!/usr/bin/env bash
# A backup job as it stands in many a crontab. It fails for a real reason: nothing listens at the store's address.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "backup of $(uname -n): collecting"
for table in customers orders invoices; do
    seq 1 400000 | sed "s/^/$table,/" >"$work/$table.csv"
    echo "dumped $table: $(wc -l <"$work/$table.csv") rows"
done

echo "compressing"
tar -C "$work" -czf "$work/backup.tar.gz" customers.csv orders.csv invoices.csv

echo "uploading $(du -k "$work/backup.tar.gz" | cut -f1) KiB"
export UPLOAD_TOKEN="tok_8f3kq92mzx71"
echo "using token=$UPLOAD_TOKEN" # a careless line: sentinel-run keeps it out of every report
"${PYTHON:-python3}" "$(dirname "$0")/upload.py" "$work/backup.tar.gz" http://127.0.0.1:9/backups
