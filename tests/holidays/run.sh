#!/usr/bin/env bash
# Holds the shipped calendars against PyPI's `holidays` 2020-2027, in an environment of its own under target/.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=target/holidays
if ! cmp -s tests/holidays/requirements.txt "$venv/installed.txt"; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r tests/holidays/requirements.txt
    cp tests/holidays/requirements.txt "$venv/installed.txt"
fi
for calendar in hanoi som; do
    cargo run --locked --quiet -- calendar show "workflows/calendars/$calendar.yaml" \
        --from 2020-01-01 --to 2027-12-31 --format json |
        "$venv/bin/python" tests/holidays/compare.py 2020 2027
done
